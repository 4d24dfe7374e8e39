"""Read the event stream into a table, every event once: the least a reader has to do.

    python docs/examples/read_events.py localhost:9092 events.db [--topic NAME] [--once]

Needs kafka-python. `--once` ends at what was there when it began; otherwise it goes on.
"""

import argparse
import json
import sqlite3

from kafka import KafkaConsumer


def main() -> None:
    """Take batch after batch: the table first, then the offsets, so that nothing is lost."""
    arguments = read_arguments()
    table = open_table(arguments.table)
    consumer = KafkaConsumer(
        arguments.topic,
        bootstrap_servers=arguments.servers,
        group_id=arguments.group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
    )
    end = None
    while not is_at(consumer, end):
        for records in consumer.poll(timeout_ms=500).values():
            take(table, records)
        consumer.commit()
        if arguments.once and end is None and consumer.assignment():
            end = consumer.end_offsets(list(consumer.assignment()))
    consumer.close()


def take(table, records):
    """An event that comes again has the id it had; the table knows it and leaves it out."""
    with table:
        for record in records:
            said = {name: value.decode() for name, value in record.headers}
            row = (int(said["ce_id"]), said["ce_type"], said["ce_subject"], said["ce_time"])
            new = table.execute(
                "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?)", (*row, record.value.decode())
            )
            if new.rowcount:
                print(said["ce_id"], said["ce_type"], said["ce_subject"], json.loads(record.value))


def open_table(path):
    """The table: in the order of `id` it tells what happened, of all and of one subject."""
    table = sqlite3.connect(path)
    columns = "id INTEGER PRIMARY KEY, type TEXT, subject TEXT, time TEXT, data TEXT"
    table.execute(f"CREATE TABLE IF NOT EXISTS events ({columns})")
    return table


def is_at(consumer, end):
    """Whether everything up to an end was taken; there is no end until somebody set one."""
    return end is not None and all(consumer.position(place) >= end[place] for place in end)


def read_arguments():
    """What it was called with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("servers", help="such as localhost:9092")
    parser.add_argument("table", help="a file of SQLite, made when it is missing")
    parser.add_argument("--topic", default="aanspraak.events.v1")
    parser.add_argument("--group", default="data-platform")
    parser.add_argument("--once", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
