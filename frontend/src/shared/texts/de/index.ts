/** The German texts, a chunk of their own: only who reads German loads them. */

export const german = import.meta.glob<Record<string, unknown>>('./*.json', {
  eager: true,
  import: 'default',
})
