// For scripts of the cases, in the page: its modules, and a token for a key.

globalThis.newVisit = async ({ freshKey = false } = {}) => {
  const [{ openKey }, dpop] = await Promise.all([import("/key.js"), import("/dpop.js")]);
  const settings = await (await fetch("/settings.json")).json();
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const key = freshKey ? await crypto.subtle.generateKey(algorithm, false, ["sign"]) : await openKey();
  const client = new dpop.DpopClient(key);
  const proof = await client.proof("POST", settings.token_endpoint);
  const response = await fetch(settings.token_endpoint, { method: "POST", headers: { DPoP: proof } });
  const { access_token: token } = await response.json();
  return { ...dpop, apis: settings.apis, key, client, token };
};
