# An HTTP endpoint for your app's page that returns a portal session, which it requests from chargebee-portal-server.
require 'json'
require 'net/http'

PORTAL_SERVER = URI(ENV.fetch('PORTAL_SERVER_URL', 'http://localhost:4000'))
PATHS = %w[/portal-session /manage-payment-sources].freeze
BEARER = %r{\ABearer [\w.~+/-]+=*\z}i
JSON_TYPE = %r{\Aapplication/(problem\+)?json\b}i
# Longer than the deadline of chargebee-portal-server, 9 seconds.
TIMEOUT_SECONDS = 10
MAX_REQUEST_BYTES = 16_384
MAX_ANSWER_BYTES = 65_536

UnusableAnswer = Class.new(StandardError)
# The errors whose messages contain nothing of an answer, and so no token.
PLAIN_ERRORS = [SystemCallError, SocketError, Timeout::Error, OpenSSL::SSL::SSLError, UnusableAnswer].freeze

# Sends problem details (RFC 9457), like chargebee-portal-server.
def problem(status, code, detail, headers = {})
  headers = { 'content-type' => 'application/problem+json', 'cache-control' => 'no-store' }.merge(headers)
  [status, headers, [JSON.generate(status: status, code: code, detail: detail)]]
end

# Returns the portal server's response and its body.
def ask_portal_server(path, authorization, body)
  http = Net::HTTP.new(PORTAL_SERVER.host, PORTAL_SERVER.port)
  http.use_ssl = PORTAL_SERVER.scheme == 'https'
  http.max_retries = 0
  request = Net::HTTP::Post.new(PORTAL_SERVER.path.chomp('/') + path)
  request['authorization'] = authorization
  request['content-type'] = 'application/json'
  request.body = body
  content = +''
  answer = Timeout.timeout(TIMEOUT_SECONDS) do
    http.start do
      http.request(request) do |response|
        response.read_body do |chunk|
          content << chunk
          raise UnusableAnswer, 'its answer is too large' if content.bytesize > MAX_ANSWER_BYTES
        end
      end
    end
  end
  # Do not forward redirects: the caller would send the token to their target.
  if answer.is_a?(Net::HTTPRedirection) || !JSON_TYPE.match?(answer['content-type'].to_s)
    raise UnusableAnswer, "it answered #{answer.code} without JSON"
  end
  JSON.parse(content) # an answer that was cut off is an error

  [answer, content]
end

run(lambda do |env|
  path = env['PATH_INFO']
  next problem(404, 'NOT_FOUND', 'Not found.') unless PATHS.include?(path)
  unless env['REQUEST_METHOD'] == 'POST'
    next problem(405, 'METHOD_NOT_ALLOWED', 'Use POST.', 'allow' => 'POST')
  end

  authorization = env['HTTP_AUTHORIZATION'].to_s
  unless BEARER.match?(authorization)
    next problem(401, 'UNAUTHENTICATED', 'Sign in.', 'www-authenticate' => 'Bearer')
  end

  body = env['rack.input'].read(MAX_REQUEST_BYTES + 1).to_s
  if body.bytesize > MAX_REQUEST_BYTES
    next problem(413, 'PAYLOAD_TOO_LARGE', 'The request is too large.')
  end

  begin
    answer, content = ask_portal_server(path, authorization, body)
    headers = %w[content-type retry-after www-authenticate x-request-id].to_h { |name| [name, answer[name]] }
    [answer.code.to_i, headers.compact.merge('cache-control' => 'no-store'), [content]]
  rescue *PLAIN_ERRORS, IOError, Net::ProtocolError, Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError,
         Zlib::Error, JSON::ParserError => e
    warn "The portal server cannot be used: #{e.class} #{e.message if PLAIN_ERRORS.any? { |plain| e.is_a?(plain) }}"
    problem(503, 'BILLING_UNAVAILABLE', 'Billing is not available. Try again later.')
  end
end)
