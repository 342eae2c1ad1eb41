"""A small OpenID Connect provider on localhost, with real keys: authorization, token, signed userinfo."""

import json
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

CLIENT = "portail"
HOST = "fournisseur.exemple.fr"


@dataclass
class Provider:
    """What it says of the person, how it signs, and what it does wrong when a test asks."""

    algorithm: str = "RS256"
    person: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "identite-1",
            "given_name": "Noa",
            "usual_name": "Lemaire",
            "email": "noa@exemple.fr",
            "email_verified": True,
        }
    )
    identity_changes: dict[str, Any] = field(default_factory=dict)
    userinfo_changes: dict[str, Any] = field(default_factory=dict)
    signs_with_another_key: str = ""  # "identity" or "userinfo"
    plain_userinfo: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = {
            "RS256": rsa.generate_private_key(65537, 2048),
            "ES256": ec.generate_private_key(ec.SECP256R1()),
        }
        self.stranger = rsa.generate_private_key(65537, 2048)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.port = self.server.server_address[1]
        self.thread = Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def issuer(self) -> str:
        """Its name, and the origin of its endpoints."""
        return f"http://{HOST}:{self.port}"

    def close(self) -> None:
        """Stops."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def authorise(self, address: str) -> dict[str, str]:
        """What the person's browser brings back after he signed in there: code and state."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.codes[code := f"code-{len(self.codes)}"] = asked
        return {"code": code, "state": asked["state"]}

    def tokens(self, sent: dict[str, list[str]]) -> dict[str, str]:
        """The answer of the token endpoint."""
        self.asked.append(sent)
        asked, now = self.codes.pop(sent["code"][0]), int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": self.person["sub"], "iat": now, "exp": now + 60}
        claims |= {"nonce": asked["nonce"]} | self.identity_changes
        return {"access_token": "acces", "token_type": "Bearer", "id_token": self.signed(claims, "identity")}

    def userinfo(self) -> str:
        """What it says of the person, signed."""
        return self.signed({"iss": self.issuer, "aud": CLIENT} | self.person | self.userinfo_changes, "userinfo")

    def signed(self, claims: dict[str, Any], what: str) -> str:
        """A JWT, with the named key."""
        if self.signs_with_another_key == what:
            return jwt.encode(claims, self.stranger, algorithm="RS256", headers={"kid": "RS256"})
        return jwt.encode(claims, self.keys[self.algorithm], algorithm=self.algorithm, headers={"kid": self.algorithm})

    def jwks(self) -> dict[str, Any]:
        """Its public keys."""
        rs = json.loads(RSAAlgorithm.to_jwk(self.keys["RS256"].public_key()))
        es = json.loads(ECAlgorithm.to_jwk(self.keys["ES256"].public_key()))
        return {"keys": [rs | {"kid": "RS256", "use": "sig"}, es | {"kid": "ES256", "use": "sig"}]}

    def discovery(self) -> dict[str, Any]:
        """Its configuration."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/userinfo":
                self._say_userinfo()
            else:
                found = {"/.well-known/openid-configuration": provider.discovery, "/jwks": provider.jwks}[self.path]()
                self._say(json.dumps(found).encode(), "application/json")

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._say(json.dumps(provider.tokens(sent)).encode(), "application/json")

        def _say_userinfo(self) -> None:
            assert self.headers["Authorization"] == "Bearer acces"
            if provider.plain_userinfo:
                self._say(json.dumps(provider.person).encode(), "application/json")
            else:
                self._say(provider.userinfo().encode(), "application/jwt")

        def _say(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            """Silent."""

    return Handler
