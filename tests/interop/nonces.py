"""The Python client of a server that requires nonces: requests-oauth2client repeats the request by itself."""

from jwskate import SignedJwt
from requests_oauth2client import DPoPKey

from oauth_client import call, check, expect_accepted, expect_equal, new_token


def repeats_with_the_nonce(token, key):
    expect_equal("nonce before", key.rs_nonce, None)
    response = call(token)
    expect_accepted(response, key)
    expect_equal("nonce in the proof", proof_nonce(response), key.rs_nonce)


def uses_the_nonce_again(token, key):
    nonce = key.rs_nonce
    response = call(token, method="POST")
    expect_accepted(response, key)
    expect_equal("nonce in the proof", proof_nonce(response), nonce)


def proof_nonce(response):
    return SignedJwt(response.request.headers["DPoP"]).claims["nonce"]


sender = DPoPKey.generate()
bound = new_token("ES256", sender)
check("nonces: the library repeats its request with the nonce", lambda: repeats_with_the_nonce(bound, sender))
check("nonces: and uses it for the next one", lambda: uses_the_nonce_again(bound, sender))
