"""What the Python clients share: tokens and calls by requests-oauth2client, and the two judgements about an answer."""

import json
import os
import re

import requests
from requests_oauth2client import MissingDPoPNonce, OAuth2Client, PrivateKeyJwt

with open(os.environ["INTEROP_SETTINGS"]) as file:
    SETTINGS = json.load(file)
URL = os.environ["INTEROP_ORIGIN"] + "/reports"
TIMEOUT = 5

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
