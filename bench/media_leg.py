"""One end of a stream beside a Janus, without a browser: ICE and DTLS as far as a server that is reached directly asks.

Janus is an ICE-lite agent, which is reached at the one address that it tells, and once that is checked in both ways
shakes hands over DTLS, which yields the keys of SRTP. It costs next to nothing to receive: what comes is counted
as it is, since nobody looks at it.
"""

import re
import secrets
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aioice.stun import Class, Message, Method, parse_message
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL import SSL

PATIENCE_SECONDS = 10.0
AGAIN_SECONDS = 0.2
# What begins with one of these is DTLS, and what with one of those is SRTP (RFC 7983).
IS_DTLS, IS_MEDIA = range(20, 64), range(128, 192)
# The second byte of RTCP.
IS_CONTROL = range(192, 224)
PROFILE = b"SRTP_AES128_CM_SHA1_80"
KEY, SALT = 16, 14
LONGEST = 2_048


class NotConnected(Exception):
    """The server did not answer in time."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The certificate that all ends of a run show, as none of them is anybody, and its sum."""

    context: SSL.Context
    fingerprint: str

    @classmethod
    def drawn(cls) -> "Identity":
        """Draw one."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        context = SSL.Context(SSL.DTLS_METHOD)
        context.use_certificate(certificate)
        context.use_privatekey(key)
        context.set_tlsext_use_srtp(PROFILE)
        return cls(context, certificate.fingerprint(hashes.SHA256()).hex(":").upper())


class Leg:
    """One end: its socket at `host`, its names for ICE, and the keys with which it sends, once it is connected."""

    def __init__(self, identity: Identity, *, host: str) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.identity = identity
        self.name, self.password = secrets.token_hex(4), secrets.token_hex(16)
        self.key = b""
        self._check = b""

    def session(self, sections: list[list[str]]) -> str:
        """Return a description of a session with these sections, of which the first carries all."""
        host, port = self.socket.getsockname()
        common = [
            f"c=IN IP4 {host}", "a=rtcp-mux", f"a=ice-ufrag:{self.name}", f"a=ice-pwd:{self.password}",
            f"a=fingerprint:sha-256 {self.identity.fingerprint}", "a=setup:active",
            f"a=candidate:1 1 udp 2130706431 {host} {port} typ host", "a=end-of-candidates",
        ]  # fmt: skip
        lines = [
            "v=0", f"o=- {secrets.randbits(32)} 1 IN IP4 {host}", "s=-", "t=0 0",
            f"a=group:BUNDLE {' '.join(str(number) for number in range(len(sections)))}",
        ]  # fmt: skip
        for number, (first, *others) in enumerate(sections):
            lines += [first, *common, f"a=mid:{number}", *others]
        return "\r\n".join(lines) + "\r\n"

    def connect(self, sdp: str) -> None:
        """Reach the server of whom a description was told, and agree on keys. Raises NotConnected."""
        told = {name: found.group(1) for name in ("ufrag", "pwd") if (found := re.search(f"a=ice-{name}:(\\S+)", sdp))}
        address = re.search(r"a=candidate:\S+ 1 udp \d+ (\d+\.\d+\.\d+\.\d+) (\d+) typ host", sdp, re.IGNORECASE)
        if address is None:
            raise NotConnected("the server told no address")
        self.socket.connect((address.group(1), int(address.group(2))))
        self._check = check(username=f"{told['ufrag']}:{self.name}", password=told["pwd"])
        self.socket.settimeout(AGAIN_SECONDS)
        until = time.monotonic() + PATIENCE_SECONDS
        self._reach(until)
        self._shake_hands(until)
        self.socket.setblocking(False)

    def keep(self) -> None:
        """Tell the server that this end is still there."""
        self.socket.send(self._check)

    def answer(self, said: bytes) -> None:
        """Answer what the server said, if it was a check."""
        if (asked := _message(said)) and asked.message_class is Class.REQUEST:
            told = Message(Method.BINDING, Class.RESPONSE, asked.transaction_id)
            told.attributes["XOR-MAPPED-ADDRESS"] = self.socket.getpeername()
            told.add_message_integrity(self.password.encode())
            self.socket.send(bytes(told))

    def close(self) -> None:
        """End it."""
        self.socket.close()

    def _reach(self, until: float) -> None:
        # Janus shakes no hand before its own check was answered, and one that is lost is held out again a second later.
        heard: set[Class] = set()
        while time.monotonic() < until:
            if Class.RESPONSE not in heard:
                self.socket.send(self._check)
            heard |= {message.message_class for each in self._heard() if (message := _message(each))}
            if heard >= {Class.REQUEST, Class.RESPONSE}:
                return
        raise NotConnected("no check was answered")

    def _shake_hands(self, until: float) -> None:
        line = SSL.Connection(self.identity.context, None)
        line.set_connect_state()
        while time.monotonic() < until:
            try:
                line.do_handshake()
            except SSL.WantReadError:
                self._send_of(line)
            else:
                self._send_of(line)
                keys = line.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (KEY + SALT))
                self.key = keys[:KEY] + keys[2 * KEY : 2 * KEY + SALT]
                return
            for each in self._heard():
                if each[0] in IS_DTLS:
                    line.bio_write(each)
            line.DTLSv1_handle_timeout()
        raise NotConnected("no hands were shaken")

    def _send_of(self, line: SSL.Connection) -> None:
        """Send what the line has to say, one datagram for each record."""
        try:
            said = line.bio_read(65_536)
        except SSL.WantReadError:
            return
        while said:
            length = 13 + struct.unpack("!H", said[11:13])[0]
            self.socket.send(said[:length])
            said = said[length:]

    def _heard(self) -> Iterator[bytes]:
        """Yield what comes, once something does, and answer checks; nothing when nothing comes for a while."""
        try:
            said = self.socket.recv(LONGEST)
        except (TimeoutError, ConnectionRefusedError):
            return
        self.answer(said)
        yield said


def check(*, username: str, password: str) -> bytes:
    """Return a check of ICE, which also says that this is the way to use."""
    message = Message(Method.BINDING, Class.REQUEST)
    message.attributes = {
        "USERNAME": username, "PRIORITY": 1_853_824_767, "USE-CANDIDATE": None,
        "ICE-CONTROLLING": secrets.randbits(64),
    }  # fmt: skip
    message.add_message_integrity(password.encode())
    return bytes(message)


def _message(said: bytes) -> Message | None:
    """Return a message of STUN, None for anything else."""
    try:
        return parse_message(said)
    except ValueError:
        return None
