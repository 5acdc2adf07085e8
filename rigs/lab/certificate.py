"""A throwaway certificate, so that a peer can speak TLS as old as a board's.

Law of this file: made when it is first wanted, kept in memory and a file that is gone at once,
good for nothing else. RSA, because the TLS of old firmware knows nothing else.
"""

from __future__ import annotations

import datetime
import functools
import ssl
import tempfile
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

#: OpenSSL 3 speaks TLS 1.0 and 1.1, and small keys, at this level alone.
_OLD = "ALL:@SECLEVEL=0"
_LIFE = datetime.timedelta(days=2)


@functools.cache
def server_context() -> ssl.SSLContext:
    """TLS as a server."""
    context = _tolerant(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(_certificate())
        file.flush()
        context.load_cert_chain(file.name)
    return context


@functools.cache
def client_context() -> ssl.SSLContext:
    """TLS as a client that believes anybody."""
    context = _tolerant(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _tolerant(protocol: int) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.set_ciphers(_OLD)
    with warnings.catch_warnings():
        # That TLS 1.0 is deprecated is why a board may have nothing better.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    return context


def _certificate() -> bytes:
    """Key and certificate in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "conformance lab")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LIFE)
        .not_valid_after(now + _LIFE)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return secret + certificate.public_bytes(serialization.Encoding.PEM)
