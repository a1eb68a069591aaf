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
  /** What the table is called to those who hear it. */
  label: string;
}

/** Invoices with their amounts, states and PDF files. */
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
              <span class="visually-hidden">File</span>
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
