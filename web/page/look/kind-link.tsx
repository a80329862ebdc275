/** An error kind, with a link to what is known of it. */
export function KindLink({ kind }: { kind: string }) {
  const isPlain = /^[a-z_]+$/.test(kind);
  if (!isPlain) return <bdi>{kind}</bdi>;
  return (
    <a href={`/help/${kind}`} target="_blank" rel="noopener" title={`What ${kind} means`}>
      {kind}
    </a>
  );
}
