"""The OpenAPI document of the example `openapi`, checked by openapi-spec-validator: one line per case.

Usage: validate.py DOCUMENT
"""

import json
import sys

from openapi_spec_validator import OpenAPIV31SpecValidator


def case(name, expected, found):
    print(f"ok - {name}" if found == expected else f"FAILED - {name}: expected {expected}, came {found}")


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def requirement(scope):
    return [{"dpop": [scope], "openid_connect": [scope]}]


def errors(document):
    return [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    case("the document is valid OpenAPI 3.1", [], errors(document))
    schemes = document["components"]["securitySchemes"]
    case("the DPoP scheme is that of the IANA registry", ("http", "dpop"), tuple(schemes["dpop"][key] for key in ("type", "scheme")))
    named = {name for _, operation in operations(document) for each in operation["security"] for name in each}
    case("each scheme that an operation names is described", set(schemes), named)
    found = {name: operation["security"] for name, operation in operations(document)}
    expected = {
        "GET /accounts/{id}": requirement("accounts:read"),
        "GET /health": [{}],
        "PUT /accounts/{id}": requirement("accounts:write"),
    }
    case("each operation requires what its route does", expected, found)
    # The validator must be able to fail.
    del schemes["dpop"]["scheme"]
    case("a scheme of type http without its name is found", True, errors(document) != [])


main()
