"""An authority of one's own, and the certificate it gave to a server on 127.0.0.1."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.x509 import Certificate

LONG = timedelta(days=3650)


def write_certificates(folder: Path) -> tuple[Path, Path]:
    """The authority's certificate, and a key with the server's: both as PEM."""
    authority, own = folder / "authority.pem", folder / "server.pem"
    key, issued = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("authority", key, "authority", key)
    server = _certificate("server", issued, "authority", key)
    authority.write_bytes(root.public_bytes(Encoding.PEM))
    secret = issued.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    own.write_bytes(secret + server.public_bytes(Encoding.PEM))
    return authority, own


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: str, their: ec.EllipticCurvePrivateKey
) -> Certificate:
    is_authority = name == by
    today = datetime.now(UTC) - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(by))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today)
        .not_valid_after(today + LONG)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(their, hashes.SHA256())
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
