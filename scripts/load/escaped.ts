/** Text as it stands in XML and HTML, between tags and in attributes. XML 1.0 has no way to write control characters. */
export const escaped = (text: string): string =>
  text
    .replace(/\p{Cc}/gu, (sign) => (/[\t\n\r]/.test(sign) ? sign : ""))
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
