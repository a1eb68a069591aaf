// An HTTP endpoint for your app's page that returns a portal session, which it requests from chargebee-portal-server.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"mime"
	"net"
	"net/http"
	"os"
	"regexp"
	"time"
)

const (
	maxRequestBytes = 16_384
	maxAnswerBytes  = 65_536
)

var (
	portalServerURL = envOr("PORTAL_SERVER_URL", "http://localhost:4000")
	bearer          = regexp.MustCompile(`^(?i:Bearer) [\w.~+/-]+=*$`)

	client = &http.Client{
		Transport: withoutReuse(),
		// Longer than the deadline of chargebee-portal-server, 9 seconds.
		Timeout: 10 * time.Second,
		// No redirects, so that the caller's token is sent only to the portal server.
		CheckRedirect: func(*http.Request, []*http.Request) error { return unusableAnswer("it redirects") },
	}
)

// unusableAnswer says in our own words why an answer cannot be used.
type unusableAnswer string

func (reason unusableAnswer) Error() string { return string(reason) }

// withoutReuse returns a transport with a connection per call: of bytes after an answer on an open connection, Go logs the first
// ones, which may contain a session's token.
func withoutReuse() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true
	return transport
}

func envOr(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}

func main() {
	address := envOr("HOST", "127.0.0.1") + ":" + envOr("PORT", "4301")
	mux := http.NewServeMux()
	mux.HandleFunc("/portal-session", forward)
	mux.HandleFunc("/manage-payment-sources", forward)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		sendProblem(w, http.StatusNotFound, "NOT_FOUND", "Not found.")
	})
	server := &http.Server{
		Addr:         address,
		Handler:      mux,
		ReadTimeout:  15 * time.Second,
		WriteTimeout: 30 * time.Second,
	}
	log.Printf("Listening at http://%s", address)
	log.Fatal(server.ListenAndServe())
}

// forward sends the request to the portal server with the caller's token, and forwards the response.
func forward(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		sendProblem(w, http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "Use POST.")
		return
	}
	authorization := r.Header.Get("Authorization")
	if !bearer.MatchString(authorization) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		sendProblem(w, http.StatusUnauthorized, "UNAUTHENTICATED", "Sign in.")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBytes))
	if err != nil {
		sendProblem(w, http.StatusRequestEntityTooLarge, "PAYLOAD_TOO_LARGE", "The request is too large.")
		return
	}

	answer, content, err := askPortalServer(r, authorization, body)
	if err != nil {
		log.Print("The portal server cannot be used: ", reasonOf(err))
		sendProblem(w, http.StatusServiceUnavailable, "BILLING_UNAVAILABLE", "Billing is not available. Try again later.")
		return
	}
	for _, name := range []string{"Content-Type", "Retry-After", "WWW-Authenticate", "X-Request-Id"} {
		if value := answer.Header.Get(name); value != "" {
			w.Header().Set(name, value)
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(answer.StatusCode)
	w.Write(content)
}

func askPortalServer(r *http.Request, authorization string, body []byte) (*http.Response, []byte, error) {
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, portalServerURL+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Authorization", authorization)
	request.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswerBytes+1))
	if err != nil {
		return nil, nil, err
	}
	if len(content) > maxAnswerBytes {
		return nil, nil, unusableAnswer("its answer is too large")
	}
	mediaType, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if mediaType != "application/json" && mediaType != "application/problem+json" {
		return nil, nil, unusableAnswer(fmt.Sprintf("it answered %d without JSON", answer.StatusCode))
	}
	if !json.Valid(content) {
		return nil, nil, unusableAnswer(fmt.Sprintf("it answered %d with malformed JSON", answer.StatusCode))
	}
	return answer, content, nil
}

// reasonOf describes an error for the log, of most errors only the type: their messages may contain a part of the answer, with
// its token.
func reasonOf(err error) string {
	var unusable unusableAnswer
	var network *net.OpError
	switch {
	case errors.As(err, &unusable):
		return unusable.Error()
	case errors.As(err, &network):
		return network.Error()
	case os.IsTimeout(err):
		return "it took too long"
	}
	for errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	return fmt.Sprintf("it gave no answer that can be read (%T)", err)
}

// sendProblem sends problem details (RFC 9457), like chargebee-portal-server.
func sendProblem(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"status": status, "code": code, "detail": detail})
}
