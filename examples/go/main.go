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
		// Longer than the deadline of chargebee-portal-server, 9 seconds.
		Timeout: 10 * time.Second,
		// No redirects, so that the caller's token is sent only to the portal server.
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("it redirects") },
	}
)

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
		log.Print("The portal server cannot be used: ", err)
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
		return nil, nil, errors.New("its answer is too large")
	}
	mediaType, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if mediaType != "application/json" && mediaType != "application/problem+json" {
		return nil, nil, fmt.Errorf("it answered %d without JSON", answer.StatusCode)
	}
	return answer, content, nil
}

// sendProblem sends problem details (RFC 9457), like chargebee-portal-server.
func sendProblem(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"status": status, "code": code, "detail": detail})
}
