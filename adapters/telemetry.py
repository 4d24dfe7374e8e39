"""What the outside may know of a running process: log events and metrics, all named here."""
