/** A report's page as its reader sees it. */

/** Nothing but text between tags, entities resolved: what a reader sees. */
export function textOf(page: string): string {
  const body = page.slice(page.indexOf('<body>')).replace(/<style[^]*?<\/style>/g, '');
  const text = body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** The first table row that begins so. */
export function rowWith(page: string, head: string): string {
  const row = page.match(/<tr[^]*?<\/tr>/g)!.find((each) => textOf(`<body>${each}`).trim().startsWith(head));
  return textOf(`<body>${row}`).trim();
}

/** What stands under a heading, up to the next one. */
export function sectionOf(page: string, heading: string): string {
  const from = page.indexOf(`<h2>${heading}</h2>`);
  if (from < 0) return '';
  const to = page.indexOf('<h2>', from + 4);
  return page.slice(from, to < 0 ? undefined : to);
}

export function textUnder(page: string, heading: string): string {
  return textOf(`<body>${sectionOf(page, heading)}`).trim();
}
