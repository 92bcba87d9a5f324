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
