"""The Python client: honest calls by requests-oauth2client, then a replay, a stolen token, a bound token as Bearer."""

from requests_oauth2client import DPoPKey, DPoPToken

from oauth_client import SETTINGS, URL, call, check, expect_accepted, expect_refused, new_token

# The library knows the Ed25519 curve by the older name EdDSA only.
PROOF_ALGORITHMS = ["ES256", "ES384", "EdDSA", "PS256"]


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
