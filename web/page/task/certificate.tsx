import type { TaskRecordView } from "../../records/records.ts";
import { exactText } from "../words/time.ts";

const DAY_MS = 86_400_000;

interface CertificateProps {
  readonly certificate: NonNullable<TaskRecordView["certificate"]>;
  readonly nowMs: number;
}

/** The certificate, and how many days are left. */
export function Certificate({ certificate, nowMs }: CertificateProps) {
  const days = Math.floor((certificate.untilMs - nowMs) / DAY_MS);
  const look = days < 3 ? "down" : days < 21 ? "warning" : "fine";
  return (
    <section class="panel">
      <h2>Certificate</h2>
      <p class={`is-${look}`} title={exactText(certificate.untilMs)}>
        <b class="state-word">{days < 0 ? "It has ended" : `${days} days left`}</b>
      </p>
      <dl class="fields">
        {certificate.fields.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
