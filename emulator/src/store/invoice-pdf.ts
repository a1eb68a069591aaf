import PDFDocument from 'pdfkit';
import { customerName } from './customers.js';
import type { Customer, Invoice } from './resources.js';

const MARGIN = 56;
const RIGHT = 540;

/** Renders an invoice as a one-page A4 PDF that states that it is not a real invoice. */
export function renderInvoicePdf(invoice: Invoice, customer: Customer): Promise<Buffer> {
  const document = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    lang: 'en',
    info: { Title: `Invoice ${invoice.id}`, Author: 'chargebee-emulator' },
  });
  const chunks: Buffer[] = [];
  const finished = new Promise<Buffer>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
    document.on('error', reject);
  });

  document.fontSize(9).fillColor('#8a5a00').text('Made by chargebee-emulator. Not a real invoice.');
  document.moveDown().fontSize(24).fillColor('#111').text('Invoice');
  document
    .fontSize(11)
    .fillColor('#444')
    .text(`${invoice.id}  ·  ${day(invoice.date)}`);
  document.moveDown().fillColor('#111').text(customerName(customer));
  for (const line of addressLines(invoice)) document.fillColor('#444').text(line);
  document.moveDown();

  for (const item of invoice.line_items) {
    row(document, item.description, money(item.amount, invoice.currency_code));
    document
      .fontSize(9)
      .fillColor('#666')
      .text(`${day(item.date_from)} to ${day(item.date_to)}, quantity ${item.quantity}`, MARGIN);
    document.moveDown(0.5);
  }
  document.moveTo(MARGIN, document.y).lineTo(RIGHT, document.y).stroke('#ccc').moveDown(0.5);
  row(document, 'Total', money(invoice.total, invoice.currency_code));
  if (invoice.credits_applied > 0) {
    row(document, 'Credits applied', money(-invoice.credits_applied, invoice.currency_code));
  }
  if (invoice.amount_adjusted > 0) {
    row(document, 'Adjusted', money(-invoice.amount_adjusted, invoice.currency_code));
  }
  row(document, 'Paid', money(invoice.amount_paid, invoice.currency_code));
  row(document, 'Due', money(invoice.amount_due, invoice.currency_code));
  document.end();
  return finished;
}

function row(document: PDFKit.PDFDocument, label: string, amount: string): void {
  const { y } = document;
  document.fontSize(11).fillColor('#111').text(label, MARGIN, y, { width: 330 });
  const after = document.y;
  document.text(amount, MARGIN, y, { width: RIGHT - MARGIN, align: 'right' });
  document.x = MARGIN;
  document.y = Math.max(after, document.y);
}

const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

const money = (cents: number, currency: string): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).format(cents / 100);

function addressLines({ billing_address: address }: Invoice): string[] {
  if (!address) return [];
  return [
    address.line1,
    address.line2,
    [address.zip, address.city, address.state].filter(Boolean).join(' '),
    address.country,
  ].filter((line): line is string => Boolean(line));
}
