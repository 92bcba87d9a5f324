// Package config is the portal's configuration: environment variables, checked
// whole at start.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"clientportal/internal/inbound"

	"github.com/caarlos0/env/v11"
)

// Config is what the environment says. docs/configuration.md explains each.
type Config struct {
	Addr        string `env:"PORTAL_ADDR" envDefault:"127.0.0.1:8080"`
	BaseURL     string `env:"PORTAL_BASE_URL"` // without a trailing slash; "": from the address
	DataDir     string `env:"PORTAL_DATA_DIR" envDefault:"./data"`
	DatabaseURL string `env:"PORTAL_DATABASE_URL"` // "": private PostgreSQL
	// OwnerURL is the role that owns the schema, where that is not the one that works.
	OwnerURL     string `env:"PORTAL_DATABASE_OWNER_URL"`
	SMTPURL      string `env:"PORTAL_SMTP_URL"` // "": files in the outbox folder
	MailFrom     string `env:"PORTAL_MAIL_FROM"`
	ReplyAddress string `env:"PORTAL_REPLY_ADDRESS"`    // "": mails can't be answered
	InboundAddr  string `env:"PORTAL_INBOUND_ADDR"`     // where those answers come in; lmtp://… for LMTP
	InboundIMAP  string `env:"PORTAL_INBOUND_IMAP_URL"` // or the mailbox that they are delivered to
	FilesURL     string `env:"PORTAL_FILES_URL"`        // "": files/ in the data folder
	SecretKeys   string `env:"PORTAL_SECRET_KEYS,unset"`
	MetricsAddr  string `env:"PORTAL_METRICS_ADDR"`
	DemoPassword string `env:"PORTAL_DEMO_PASSWORD,unset"`

	CheckpointFile string `env:"PORTAL_AUDIT_CHECKPOINT_FILE"` // beside the one in the data folder

	// TrustedProxies may say in X-Forwarded-For who calls: addresses or networks.
	TrustedProxies []string `env:"PORTAL_TRUSTED_PROXIES"`

	Google    Provider `envPrefix:"PORTAL_GOOGLE_"`
	Microsoft Provider `envPrefix:"PORTAL_MICROSOFT_"`

	Upstreams Upstreams

	proxies []*net.IPNet
}

// Provider is a place to sign in with OpenID Connect.
type Provider struct {
	ClientID     string `env:"CLIENT_ID"`
	ClientSecret string `env:"CLIENT_SECRET,unset"`
	Issuer       string `env:"ISSUER"` // "": the provider's own
}

// Load reads the environment. Its error names every fault at once.
func Load() (Config, error) {
	c, err := env.ParseAs[Config]()
	if err != nil {
		return c, fmt.Errorf("configuration: %w", err)
	}
	var faults []error
	note := func(variable, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%s: %s", variable, fmt.Sprintf(format, args...)))
	}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		note("PORTAL_ADDR", "%q is no address such as 127.0.0.1:8080", c.Addr)
	}
	if c.MetricsAddr != "" {
		if _, _, err := net.SplitHostPort(c.MetricsAddr); err != nil {
			note("PORTAL_METRICS_ADDR", "%q is no address such as 127.0.0.1:9090", c.MetricsAddr)
		}
	}
	if c.BaseURL != "" {
		c.BaseURL = strings.TrimRight(c.BaseURL, "/")
		u, err := url.Parse(c.BaseURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Path != "" {
			note("PORTAL_BASE_URL", "%q is no address such as https://portal.example.com, without a path", c.BaseURL)
		}
	}
	for variable, address := range map[string]string{"PORTAL_DATABASE_URL": c.DatabaseURL, "PORTAL_DATABASE_OWNER_URL": c.OwnerURL} {
		if u, err := url.Parse(address); address != "" && (err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql") {
			note(variable, "not an address such as postgres://portal:secret@db.example.com/portal") // may hold a password: not echoed
		}
	}
	if c.OwnerURL != "" && c.DatabaseURL == "" {
		note("PORTAL_DATABASE_OWNER_URL", "needs PORTAL_DATABASE_URL beside it")
	}
	if u, err := url.Parse(c.SMTPURL); c.SMTPURL != "" && (err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Host == "") {
		note("PORTAL_SMTP_URL", "not an address such as smtps://user:secret@mail.example.com:465")
	}
	c.checkReplies(note)
	for name, p := range map[string]Provider{"GOOGLE": c.Google, "MICROSOFT": c.Microsoft} {
		if (p.ClientID == "") != (p.ClientSecret == "") {
			note("PORTAL_"+name+"_CLIENT_ID and _CLIENT_SECRET", "set both or neither")
		}
	}
	if c.Microsoft.ClientID != "" && c.Microsoft.Issuer == "" {
		note("PORTAL_MICROSOFT_ISSUER", "name your directory's, https://login.microsoftonline.com/TENANT/v2.0; any other would vouch for anybody's address")
	}
	c.Upstreams.check(note)
	for _, given := range c.TrustedProxies {
		network, err := parseNetwork(given)
		if err != nil {
			note("PORTAL_TRUSTED_PROXIES", "%q is no address or network such as 10.0.0.0/8", given)
			continue
		}
		c.proxies = append(c.proxies, network)
	}
	if info, err := os.Stat(c.DataDir); err == nil && !info.IsDir() {
		note("PORTAL_DATA_DIR", "%s is not a folder", c.DataDir)
	}
	if c.DataDir, err = filepath.Abs(c.DataDir); err != nil {
		note("PORTAL_DATA_DIR", "%v", err)
	}
	if len(faults) > 0 {
		return c, fmt.Errorf("configuration:\n%w", errors.Join(faults...))
	}
	return c, nil
}

// maxReplyName is how long the name of the reply address may be: with the mark of
// each address it must stay within the 64 characters that mail servers take.
const maxReplyName = 10

// checkReplies notes what is wrong with the taking of replies by mail.
func (c Config) checkReplies(note func(variable, format string, args ...any)) {
	if (c.ReplyAddress == "") != (c.InboundAddr == "" && c.InboundIMAP == "") {
		note("PORTAL_REPLY_ADDRESS and PORTAL_INBOUND_ADDR or PORTAL_INBOUND_IMAP_URL", "set the address with at least one of the ways in, or none of them")
	}
	if c.InboundIMAP != "" {
		if _, err := inbound.ParseMailbox(c.InboundIMAP); err != nil {
			note("PORTAL_INBOUND_IMAP_URL", "%v", err)
		}
	}
	if c.ReplyAddress != "" {
		address, err := mail.ParseAddress(c.ReplyAddress)
		name, _, _ := strings.Cut(c.ReplyAddress, "@")
		if err != nil || address.Address != c.ReplyAddress || len(name) > maxReplyName || strings.Contains(name, "+") {
			note("PORTAL_REPLY_ADDRESS", "%q is no address such as reply@portal.example.com, with at most %d characters before the @", c.ReplyAddress, maxReplyName)
		}
	}
	if c.InboundAddr != "" {
		address, _ := c.Listener()
		if _, _, err := net.SplitHostPort(address); err != nil {
			note("PORTAL_INBOUND_ADDR", "%q is no address such as 127.0.0.1:2525, or lmtp://127.0.0.1:2424", c.InboundAddr)
		}
	}
}

// Listener is the address on which mails come in, and whether they come by LMTP.
func (c Config) Listener() (address string, lmtp bool) {
	return strings.CutPrefix(c.InboundAddr, "lmtp://")
}

// Trusts reports whether the address is a proxy that may say who calls.
func (c Config) Trusts(address net.IP) bool {
	for _, network := range c.proxies {
		if network.Contains(address) {
			return true
		}
	}
	return false
}

// HTTPS reports whether people reach the portal over https.
func (c Config) HTTPS() bool { return strings.HasPrefix(c.BaseURL, "https://") }

func parseNetwork(s string) (*net.IPNet, error) {
	s = strings.TrimSpace(s)
	if ip := net.ParseIP(s); ip != nil {
		bits := 128
		if v4 := ip.To4(); v4 != nil {
			ip, bits = v4, 32
		}
		return &net.IPNet{IP: ip, Mask: net.CIDRMask(bits, bits)}, nil
	}
	_, network, err := net.ParseCIDR(s)
	return network, err
}
