"""A certificate for loopback, signed by a CA that nobody trusts yet."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import trustme

from tests.testbed.ports import HOST

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """PEM files: the CA's bundle, and the certificate and key it signed for loopback."""

    ca_bundle: Path
    chain: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """For a server that shows this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context

    def settings(self) -> dict[str, str]:
        """For a Server that shows this certificate itself."""
        return {
            "WebUI\\HTTPS\\Enabled": "true",
            "WebUI\\HTTPS\\CertificatePath": str(self.chain),
            "WebUI\\HTTPS\\KeyPath": str(self.key),
        }


def certificate(folder: Path, *names: str) -> Certificate:
    """A certificate for NAMES (127.0.0.1 and localhost when there are none), written to FOLDER."""
    made = Certificate(folder / "ca.pem", folder / "chain.pem", folder / "key.pem")
    ca = trustme.CA()
    issued = ca.issue_cert(*(names or (HOST, "localhost")))
    ca.cert_pem.write_to_path(made.ca_bundle)
    for blob in issued.cert_chain_pems:
        blob.write_to_path(made.chain, append=True)
    issued.private_key_pem.write_to_path(made.key)
    return made
