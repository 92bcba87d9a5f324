package config_test

import (
	"net"
	"path/filepath"
	"strings"
	"testing"

	"clientportal/internal/config"
)

func TestLoadTellsAllFaultsAtOnce(t *testing.T) {
	wrong := map[string]string{
		"PORTAL_ADDR":             "8080",
		"PORTAL_BASE_URL":         "portal.example.com",
		"PORTAL_DATABASE_URL":     "mysql://root:hunter2@db/portal",
		"PORTAL_SMTP_URL":         "mail.example.com",
		"PORTAL_METRICS_ADDR":     "nine",
		"PORTAL_REPLY_ADDRESS":    "a-name-that-is-too-long@portal.example",
		"PORTAL_INBOUND_ADDR":     "lmtp://2525",
		"PORTAL_INBOUND_IMAP_URL": "imap://portal:hunter2@mail.example.com/INBOX",
		"PORTAL_TRUSTED_PROXIES":  "10.0.0.0/99",
		"PORTAL_GOOGLE_CLIENT_ID": "only the id",
		"PORTAL_GA4_BASE_URL":     "analyticsdata.googleapis.com",
		"PORTAL_GOOGLE_TOKEN_URL": "https://me:hunter2@oauth2.example/token?x=1",
		"PORTAL_META_BASE_URL":    "ftp://graph.example",
		"PORTAL_SHOPIFY_BASE_URL": "https://{store}.shops.example",
	}
	for name, value := range wrong {
		t.Setenv(name, value)
	}
	_, err := config.Load()
	if err == nil {
		t.Fatal("a wrong configuration was taken")
	}
	for name := range wrong {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not told: %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Error("the error tells a password")
	}
}

func TestDefaults(t *testing.T) {
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:8080" || !filepath.IsAbs(c.DataDir) || filepath.Base(c.DataDir) != "data" || c.HTTPS() {
		t.Errorf("defaults: %+v", c)
	}
}

func TestConfiguredUpstreams(t *testing.T) {
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	if list := c.Upstreams.Configured(); len(list) > 0 {
		t.Errorf("the real systems are %v, want none of them allowed inside", list)
	}
	t.Setenv("PORTAL_SHOPIFY_BASE_URL", "http://127.0.0.1:9003/{shop}/")
	if c, err = config.Load(); err != nil {
		t.Fatal(err)
	}
	if list := c.Upstreams.Configured(); len(list) != 1 || list[0] != "http://127.0.0.1:9003/{shop}" {
		t.Errorf("configured %v, want the shop's simulator", list)
	}
}

func TestTrustedProxies(t *testing.T) {
	t.Setenv("PORTAL_TRUSTED_PROXIES", "10.0.0.0/8,192.0.2.1")
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{"10.1.2.3": true, "192.0.2.1": true, "192.0.2.2": false, "::1": false} {
		if c.Trusts(net.ParseIP(address)) != want {
			t.Errorf("%s trusted: %v", address, !want)
		}
	}
}
