package upstream

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

func TestPublicAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "::ffff:8.8.8.8": true,
		"127.0.0.1": false, "127.8.9.1": false, "::1": false, "0.0.0.0": false, "::": false,
		"10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "fd00::1": false,
		"169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false, "100.64.0.1": false, "100.127.255.254": false,
		"224.0.0.1": false, "ff02::1": false, "255.255.255.255": false, "240.0.0.1": false, "0.1.2.3": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false,
		"::7f00:1": false, "198.18.0.1": false, "192.0.2.1": false, "2001:db8::1": false,
	} {
		if got := Public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: public %v, want %v", address, got, want)
		}
	}
}

func TestClientSpeaksToConfiguredHostsOnly(t *testing.T) {
	t.Parallel()
	inner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "secret") }))
	defer inner.Close()
	var agent string
	var sim *httptest.Server
	sim = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent = r.UserAgent()
		switch r.URL.Path {
		case "/inside":
			http.Redirect(w, r, inner.URL, http.StatusFound)
		case "/by-name":
			http.Redirect(w, r, strings.Replace(sim.URL, "127.0.0.1", "localhost", 1), http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/large":
			for range 100 {
				if _, err := w.Write(make([]byte, 1<<10)); err != nil {
					return
				}
			}
		}
	}))
	defer sim.Close()
	client, err := NewClient(Guard{BaseURLs: []string{sim.URL + "/v1"}, MaxBody: 50 << 10})
	if err != nil {
		t.Fatal(err)
	}
	call := func(address string) error {
		resp, err := client.Get(address)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	if err := call(sim.URL); err != nil || agent != userAgent {
		t.Errorf("the simulator: %v, called by %q", err, agent)
	}
	for name, address := range map[string]string{
		"another port":          inner.URL,
		"a redirect inside":     sim.URL + "/inside",
		"a redirect to a name":  sim.URL + "/by-name",
		"redirects for ever":    sim.URL + "/round",
		"the cloud's metadata":  "http://169.254.169.254/latest/meta-data",
		"a name that is inside": "https://localhost/",
	} {
		if err := call(address); err == nil {
			t.Errorf("%s was reached", name)
		}
	}
	for _, address := range []string{"https://localhost/", "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/"} {
		if err := call(address); !errors.Is(err, ErrPrivateAddress) {
			t.Errorf("%s: %v, want %v", address, err, ErrPrivateAddress)
		}
	}
	if err := call(sim.URL + "/large"); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a large answer: %v", err)
	}
}

func TestShopStandsForOneLabel(t *testing.T) {
	t.Parallel()
	base, err := url.Parse(strings.ReplaceAll("http://{shop}.shops.test:8000", "{shop}", shopLabel))
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"dapper.shops.test:8000": true, "Dapper.Shops.Test:8000": true,
		"dapper.shops.test:8001": false, "a.b.shops.test:8000": false, ".shops.test:8000": false,
		"shops.test:8000": false, "dapper.shops.test.evil.example:8000": false,
	} {
		if got := allows([]*url.URL{base}, address); got != want {
			t.Errorf("%s: allowed %v, want %v", address, got, want)
		}
	}
}
