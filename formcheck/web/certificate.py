"""A certificate of this computer for its own addresses, made at first use: phones allow the camera only over HTTPS."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from formcheck.errors import OutputError

VALID_DAYS, RENEW_DAYS = 365, 14
"""Apple's systems refuse certificates that are valid for longer than 825 days."""


def certificate(root: Path, addresses: Sequence[str]) -> tuple[Path, Path]:
    """Files with certificate and key for these addresses and localhost; made anew when missing, old or for others."""
    cert_path, key_path = root / "certificate.pem", root / "key.pem"
    wanted = sorted({"127.0.0.1", "::1", *addresses})
    if not (key_path.is_file() and _still_good(cert_path, wanted)):
        try:
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            _make(cert_path, key_path, wanted)
        except OSError as error:
            raise OutputError.refused(cert_path, error) from error
    return cert_path, key_path


def _still_good(path: Path, wanted: Sequence[str]) -> bool:
    try:
        made = x509.load_pem_x509_certificate(path.read_bytes())
        names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    has = {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    return set(wanted) <= has and made.not_valid_after_utc - datetime.now(UTC) > timedelta(days=RENEW_DAYS)


def _make(cert_path: Path, key_path: Path, addresses: Sequence[str]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "formcheck")])
    hosts = [x509.DNSName("localhost"), x509.DNSName(socket.gethostname())]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(
            x509.SubjectAlternativeName([*hosts, *(x509.IPAddress(ipaddress.ip_address(a)) for a in addresses)]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key_path.unlink(missing_ok=True)
    with open(os.open(key_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
    cert_path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
