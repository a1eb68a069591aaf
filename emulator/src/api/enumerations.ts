// The values of what lists can be filtered by: all of Chargebee's, also those that no resource of the emulator ever has, so that a
// filter that is right there is right here.

const words = (text: string): readonly string[] => text.split(' ');

export const AUTO_COLLECTION = words('on off');
export const TAXABILITY = words('taxable exempt');
export const SUBSCRIPTION_STATUS = words(
  'future in_trial active non_renewing paused cancelled transferred',
);
export const INVOICE_STATUS = words('paid posted payment_due not_paid voided pending');
export const PAYMENT_SOURCE_STATUS = words('valid expiring expired invalid pending_verification');
export const HOSTED_PAGE_STATE = words('created requested succeeded cancelled acknowledged');
export const HOSTED_PAGE_TYPE = words(
  'checkout_new checkout_existing manage_payment_sources collect_now extend_subscription checkout_one_time pre_cancel view_voucher accept_quote checkout_gift claim_gift',
);
export const PAYMENT_SOURCE_TYPE = words(
  'card paypal_express_checkout amazon_payments direct_debit generic alipay unionpay apple_pay wechat_pay ideal google_pay sofort bancontact giropay dotpay upi netbanking_emandates venmo pay_to faster_payments sepa_instant_transfer automated_bank_transfer klarna_pay_now online_banking_poland payconiq_by_bancontact electronic_payment_standard kbc_payment_button pay_by_bank trustly stablecoin kakao_pay naver_pay revolut_pay cash_app_pay twint go_pay grab_pay pay_co after_pay swish payme pix klarna alipay_hk paypay gcash south_korean_cards paynow bizum promptpay dana touch_n_go tamara qpay',
);
