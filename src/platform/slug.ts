/** A tenant's slug becomes a host name's label: letters, digits and inner hyphens, 3 to 40 characters. */
export const slugPattern = /^[a-z][a-z0-9-]{1,38}[a-z0-9]$/;

export const isSlug = (text: string) => slugPattern.test(text);
