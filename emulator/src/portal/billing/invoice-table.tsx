import type { Invoice } from '../../store/resources.js';
import type { View } from '../view.js';

const labels: Record<Invoice['status'], { label: string; tone: string }> = {
  paid: { label: 'Paid', tone: 'good' },
  payment_due: { label: 'Payment due', tone: 'warn' },
  not_paid: { label: 'Not paid', tone: 'bad' },
  voided: { label: 'Voided', tone: '' },
};

interface InvoiceTableProps {
  view: View;
  invoices: readonly Invoice[];
  /** The table's accessible name. */
  label: string;
}

/** Lists invoices with their amounts, statuses and PDF links. */
export function InvoiceTable({ view, invoices, label }: InvoiceTableProps) {
  if (!invoices.length) return <p class="empty">There are no invoices yet.</p>;
  return (
    <div class="table">
      <table class="stack" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Invoice</th>
            <th scope="col">Date</th>
            <th scope="col">Status</th>
            <th scope="col" class="amount">
              Amount
            </th>
            <th scope="col">
              <span class="visually-hidden">Payment and file</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {invoices.map((invoice) => (
            <tr key={invoice.id}>
              <td>{invoice.id}</td>
              <td>{view.format.day(invoice.date)}</td>
              <td>
                <span class={`badge ${labels[invoice.status].tone}`}>
                  {labels[invoice.status].label}
                </span>
              </td>
              <td class="amount">{view.format.money(invoice.total, invoice.currency_code)}</td>
              <td class="amount">
                {invoice.amount_due > 0 && <PayNow view={view} invoice={invoice} />}
                <a
                  href={view.href(`/portal/v2/invoices/${encodeURIComponent(invoice.id)}.pdf`)}
                  download={`${invoice.id}.pdf`}
                >
                  PDF<span class="visually-hidden"> of invoice {invoice.id}</span>
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PayNow({ view, invoice }: { view: View; invoice: Invoice }) {
  const path = `/portal/v2/invoices/${encodeURIComponent(invoice.id)}/pay`;
  const partly = invoice.amount_due < invoice.total;
  return (
    <form class="pay" method="post" action={view.href(path)}>
      <button class="button">
        {partly ? `Pay ${view.format.money(invoice.amount_due, invoice.currency_code)}` : 'Pay'} now
        <span class="visually-hidden">: invoice {invoice.id}</span>
      </button>
    </form>
  );
}
