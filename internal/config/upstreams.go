package config

import (
	"net/url"
	"strings"
)

// Upstreams are the addresses of the systems that numbers come from. One that is
// set here, such as a simulator's, may be on a private network; no other may.
type Upstreams struct {
	GA4         string `env:"PORTAL_GA4_BASE_URL" envDefault:"https://analyticsdata.googleapis.com"`
	GoogleToken string `env:"PORTAL_GOOGLE_TOKEN_URL" envDefault:"https://oauth2.googleapis.com/token"`
	Meta        string `env:"PORTAL_META_BASE_URL" envDefault:"https://graph.facebook.com"`
	Shopify     string `env:"PORTAL_SHOPIFY_BASE_URL" envDefault:"https://{shop}.myshopify.com"` // {shop}: the shop's name

	GoogleAuth string `env:"-"` // where people consent; the demo's simulators have pages of their own
	MetaDialog string `env:"-"`
}

// public are the real systems: they are guarded like everybody else's.
var public = Upstreams{
	GA4:         "https://analyticsdata.googleapis.com",
	GoogleToken: "https://oauth2.googleapis.com/token",
	Meta:        "https://graph.facebook.com",
	Shopify:     "https://{shop}.myshopify.com",
}

// Configured are the addresses that are not the real systems'.
func (u Upstreams) Configured() []string {
	var list []string
	for given, real := range map[string]string{u.GA4: public.GA4, u.GoogleToken: public.GoogleToken, u.Meta: public.Meta, u.Shopify: public.Shopify} {
		if given != "" && given != real {
			list = append(list, given)
		}
	}
	return list
}

func (u *Upstreams) check(note func(variable, format string, args ...any)) {
	for variable, address := range map[string]*string{
		"PORTAL_GA4_BASE_URL": &u.GA4, "PORTAL_GOOGLE_TOKEN_URL": &u.GoogleToken,
		"PORTAL_META_BASE_URL": &u.Meta, "PORTAL_SHOPIFY_BASE_URL": &u.Shopify,
	} {
		*address = strings.TrimRight(*address, "/")
		given := *address
		if variable == "PORTAL_SHOPIFY_BASE_URL" {
			given = strings.ReplaceAll(given, "{shop}", "shop") // braces are not for a host
		}
		parsed, err := url.Parse(given)
		if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "" ||
			parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "" {
			note(variable, "no address such as https://graph.facebook.com") // may hold a password: not echoed
		}
	}
}
