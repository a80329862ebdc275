/** A host, whose port stays in sight where there is no room for its name. */
export function Host({ host }: { host: string }) {
  const colon = host.lastIndexOf(":");
  const end = colon === -1 ? host.length : colon;
  return (
    <span class="host" title={host}>
      <bdi class="host-name">{host.slice(0, end)}</bdi>
      <span>{host.slice(end)}</span>
    </span>
  );
}
