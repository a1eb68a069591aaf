import { Layout } from '../layout.js';
import { owned } from '../ownership.js';
import type { Pages } from '../pages.js';
import { InvoiceTable } from './invoice-table.js';

/** All invoices, and each as a PDF file. */
export function registerBillingHistory(pages: Pages): void {
  const { store } = pages.context;

  pages.page('/portal/v2/billing-history', ({ view }) => (
    <Layout
      view={view}
      title="Billing history"
      section="portal_billing_history"
      under="/portal/v2/billing-history"
    >
      <section class="card" aria-label="Invoices">
        <InvoiceTable
          view={view}
          invoices={store.invoices.forCustomer(view.customer.id)}
          label="Invoices"
        />
      </section>
    </Layout>
  ));

  pages.download('/portal/v2/invoices/:invoice.pdf', 'application/pdf', (request) => {
    const { id } = owned(request, store.invoices.retrieve(request.params.invoice ?? ''));
    return store.invoicePdf(id);
  });
}
