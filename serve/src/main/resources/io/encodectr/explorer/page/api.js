const TOKEN = 'encode-explorer-token';
let token = null;
let asking = null;
try {
  token = window.sessionStorage.getItem(TOKEN);
} catch (e) {
  // Storage is refused: the token then lasts as long as the page.
}
let askForToken = () => Promise.resolve(null);

/** What to do where the service asks for a token: give a promise of one, or of null. */
export function onTokenNeeded(ask) {
  askForToken = ask;
}

/** A failure that the service told in words. */
export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/**
 * Asks one of the explorer's questions. Parameters that are null are left out; a list is given once
 * for each of its values.
 */
export async function ask(question, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined) query.append(name, one);
    }
  }
  const text = query.toString();
  return send(`../v1/explore/${question}${text ? `?${text}` : ''}`, { method: 'GET' });
}

/** Records that a user clicked an item. */
export async function recordClick(user, item) {
  return send('../v1/events', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user, item, type: 'click' }),
  });
}

async function send(path, options) {
  const used = token;
  const headers = { ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (e) {
    throw new Refused(0, 'The service cannot be reached.');
  }
  if (response.status === 401) {
    if (token !== used) return send(path, options); // It was given while this was under way.
    // Questions that are refused together ask once.
    asking ??= askForToken(token !== null).finally(() => { asking = null; });
    const given = await asking;
    if (given) {
      keep(given);
      return send(path, options);
    }
  }
  if (!response.ok) throw new Refused(response.status, await detail(response));
  return camel(await response.json());
}

/** The same with names as JavaScript writes them; the service writes as_of, the page reads asOf. */
function camel(value) {
  if (Array.isArray(value)) return typeof value[0] === 'object' ? value.map(camel) : value;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.replace(/_([a-z])/g, (all, letter) => letter.toUpperCase()), camel(inner)]),
  );
}

function keep(given) {
  token = given;
  try {
    window.sessionStorage.setItem(TOKEN, given);
  } catch (e) {
    // See above.
  }
}

async function detail(response) {
  try {
    const problem = await response.json();
    return problem.detail ?? problem.title ?? `The service answered ${response.status}.`;
  } catch (e) {
    return `The service answered ${response.status}.`;
  }
}
