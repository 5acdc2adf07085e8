"""The key that both hosts have: a private key and a certificate for it, in one PEM file.

Law of this file: a key is made once and written over never, and nobody but its owner can read it.
The cryptography is TLS 1.3 and nothing of ours. Each side shows the certificate and wants the very
same from the other, so that no host's name and no date matter.
"""

from __future__ import annotations

import datetime
import os
import ssl
from pathlib import Path

#: A small host may not know what day it is.
_BEGIN = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_END = datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC)


class KeyProblem(Exception):
    """There is no such key, or it cannot be used; the message says why."""


def make(path: Path) -> None:
    """Make a key in a new file; raises `KeyProblem`."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyProblem(f"{path} is there already, and is not written over") from error
    except OSError as error:
        raise KeyProblem(f"{path} cannot be made: {error.strerror}") from error
    with os.fdopen(handle, "wb") as stream:
        stream.write(_pem())


def context(path: Path) -> ssl.SSLContext:
    """TLS as the door speaks it; raises `KeyProblem`.

    The harness's side of it, in `rigs/distantlab.py`, is much alike: the two share no code.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise KeyProblem(
                f"others on this host may read the key in {path}: chmod 600, and make a new one "
                "if it was so for long"
            )
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.minimum_version = ssl.TLSVersion.TLSv1_3
        made.verify_mode = ssl.CERT_REQUIRED
        # Nobody comes back to a session; what was not asked for would look like an answer.
        made.num_tickets = 0
        made.load_cert_chain(path, password=_nobody_is_asked)
        made.load_verify_locations(path)
    except ssl.SSLError as error:
        raise KeyProblem(f"{path} is no key that `rigs.lab.afar key` made") from error
    except FileNotFoundError as error:
        raise KeyProblem(
            f"there is no key {path}: `python -m rigs.lab.afar key` makes one, and both hosts "
            "want the same file"
        ) from error
    except OSError as error:
        raise KeyProblem(f"the key {path} cannot be read: {error.strerror}") from error
    return made


def _nobody_is_asked() -> str:
    return ""


def _pem() -> bytes:
    """A new key; what makes one takes long to import, and is not needed to use one."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "conformance lab")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGIN)
        .not_valid_after(_END)
        # It vouches for itself and for nobody else.
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return secret + certificate.public_bytes(serialization.Encoding.PEM)
