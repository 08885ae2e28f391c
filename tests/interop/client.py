"""The Python client: honest calls by requests-oauth2client, then a replay, a stolen token, a bound token as Bearer."""

import json
import os
import re

import requests
from requests_oauth2client import DPoPKey, DPoPToken, MissingDPoPNonce, OAuth2Client, PrivateKeyJwt

with open(os.environ["INTEROP_SETTINGS"]) as file:
    SETTINGS = json.load(file)
URL = os.environ["INTEROP_ORIGIN"] + "/reports"
TIMEOUT = 5

# The library knows the Ed25519 curve by the older name EdDSA only.
PROOF_ALGORITHMS = ["ES256", "ES384", "EdDSA", "PS256"]

CLIENT = OAuth2Client(
    SETTINGS["issuer"] + "/token",
    auth=PrivateKeyJwt(SETTINGS["clientId"], SETTINGS["clientKey"]),
    testing=True,  # allows http
)


def check(name, action):
    """Run one case: it is ok when `action` does not raise."""
    try:
        action()
        print(f"ok - python: {name}", flush=True)
    except Exception as error:  # every failure of a case is a result to report
        reason = f"{type(error).__name__}: {error}".replace("\n", " ")
        print(f"FAILED - python: {name}: {reason}", flush=True)


def expect_equal(what, came, expected):
    if came != expected:
        raise AssertionError(f"expected {what} to be {expected!r}, came {came!r}")


def record(kind, value):
    """Note a `token` or a `proof` that was sent, or that a request was `refused`."""
    with open(os.environ["INTEROP_RECORD"], "a") as file:
        file.write(f"{kind} {value}\n")


def new_token(token_algorithm, key):
    token = CLIENT.client_credentials(
        scope=SETTINGS["scope"], resource=SETTINGS["resources"][token_algorithm], dpop=True, dpop_key=key
    )
    record("token", token.access_token)
    return token


def call(auth=None, method="GET", url=URL, headers=None):
    """Call the resource server, by the library when `auth` is one of its tokens, else with plain headers."""
    try:
        response = requests.request(method, url, auth=auth, headers=headers, timeout=TIMEOUT)
    except MissingDPoPNonce as error:
        # The library takes every 401 that starts with a DPoP challenge for a demand for a nonce, and raises this.
        response = error.response
    if "DPoP" in response.request.headers:
        record("proof", response.request.headers["DPoP"])
    if response.status_code == 401:
        record("refused", response.status_code)
    return response


def challenge_errors(response):
    """The `error` of each challenge that has one, as (scheme, error) pairs."""
    scheme, errors = None, []
    for name, value in re.findall(r'([\w-]+)(?:="([^"]*)")?', response.headers.get("WWW-Authenticate", "")):
        if not value:
            scheme = name
        elif name == "error":
            errors.append((scheme, value))
    return errors


def expect_accepted(response, key):
    expect_equal("status", response.status_code, 200)
    verdict = response.json()
    expect_equal("client_id", verdict["client_id"], SETTINGS["clientId"])
    expect_equal("sender", verdict["sender"], {"method": "dpop", "jkt": key.dpop_jkt})


def expect_refused(response, scheme, error):
    came = (response.status_code, challenge_errors(response))
    expect_equal("status and errors", came, (401, [(scheme, error)]))


def honest_call(token_algorithm, key):
    expect_accepted(call(new_token(token_algorithm, key)), key)


def honest_call_with_query(token, key):
    url = URL + "/caf%C3%A9%20%7Euser?page=2&q=%2F#top"
    expect_accepted(call(token, method="POST", url=url), key)


def call_with_escaped_delimiter(token):
    # The library's URL parser writes `;` for `%3B` in the proof, requests sends `%3B`: by RFC 3986 two paths, not one.
    expect_refused(call(token, url=URL + "/a%3Bb"), "DPoP", "invalid_dpop_proof")


def replay(token, key):
    first = call(token)
    expect_accepted(first, key)
    headers = {name: first.request.headers[name] for name in ("Authorization", "DPoP")}
    expect_refused(call(headers=headers), "DPoP", "invalid_dpop_proof")


def stolen_token(token):
    stolen = DPoPToken(token.access_token, _dpop_key=DPoPKey.generate())
    expect_refused(call(stolen), "DPoP", "invalid_token")


def bound_token_as_bearer(token):
    headers = {"Authorization": f"Bearer {token.access_token}"}
    expect_refused(call(headers=headers), "Bearer", "invalid_token")


for proof_algorithm in PROOF_ALGORITHMS:
    sender = DPoPKey.generate(alg=proof_algorithm)
    for algorithm in SETTINGS["resources"]:
        check(f"{algorithm} token with {proof_algorithm} proof", lambda: honest_call(algorithm, sender))

sender = DPoPKey.generate()
bound = new_token("ES256", sender)
check("POST with a query and escapes in the path", lambda: honest_call_with_query(bound, sender))
check("an escaped delimiter, which the library's proof names unescaped", lambda: call_with_escaped_delimiter(bound))
check("the same request twice", lambda: replay(bound, sender))
check("stolen token with another key", lambda: stolen_token(bound))
check("bound token as Bearer", lambda: bound_token_as_bearer(bound))
check("the honest call still passes", lambda: expect_accepted(call(bound), sender))
