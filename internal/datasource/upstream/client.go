package upstream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

const (
	userAgent = "clientportal (data sources)"

	dialTimeout   = 10 * time.Second
	headerTimeout = 2 * time.Minute
	callTimeout   = 10 * time.Minute // of one call with its whole answer
	maxRedirects  = 5
	maxBody       = 1 << 30 // of a bulk answer, which is read as a stream
)

// ErrPrivateAddress refuses a call to an address that is not on the public internet.
var ErrPrivateAddress = errors.New("the address is not on the public internet")

// ErrTooLarge ends the reading of an answer that is longer than anybody needs.
var ErrTooLarge = errors.New("the answer is too large")

// Guard says to whom connectors may speak.
type Guard struct {
	// BaseURLs are addresses from the configuration, such as a simulator's on
	// loopback: their hosts and ports are allowed wherever they are. {shop} stands
	// for one label of a host, or for a part of a path.
	BaseURLs []string

	MaxBody int64 // bytes of one answer; 0 for the usual bound
}

// NewClient makes the HTTP client of all connectors. It refuses addresses that are
// not public when it connects, so that neither a redirect nor a name that resolves
// to something else the second time leads inside.
func NewClient(g Guard) (*http.Client, error) {
	var allowed []*url.URL
	for _, base := range g.BaseURLs {
		u, err := url.Parse(strings.ReplaceAll(base, "{shop}", shopLabel))
		if err != nil || u.Host == "" {
			return nil, fmt.Errorf("%q is no address of a data source", base)
		}
		allowed = append(allowed, u)
	}
	public := net.Dialer{Timeout: dialTimeout, Control: refusePrivate}
	anywhere := net.Dialer{Timeout: dialTimeout}
	transport := &http.Transport{
		Proxy: nil, // a proxy would dial in our place, unguarded
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if allows(allowed, address) {
				return anywhere.DialContext(ctx, network, address)
			}
			return public.DialContext(ctx, network, address)
		},
		ForceAttemptHTTP2:     true,
		TLSHandshakeTimeout:   dialTimeout,
		ResponseHeaderTimeout: headerTimeout,
		MaxIdleConnsPerHost:   4,
		IdleConnTimeout:       90 * time.Second,
	}
	return &http.Client{
		Transport:     bounded{transport, cmp.Or(g.MaxBody, maxBody), allowed},
		CheckRedirect: checkRedirect,
		Timeout:       callTimeout,
	}, nil
}

// shopLabel stands for any shop's name in a base URL.
const shopLabel = "shop-placeholder"

// allows reports whether configuration names this host and port.
func allows(bases []*url.URL, address string) bool {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	for _, base := range bases {
		if port == portOf(base) && matches(base.Hostname(), host) {
			return true
		}
	}
	return false
}

// matches compares hosts; the shop's label stands for exactly one label.
func matches(pattern, host string) bool {
	before, after, any := strings.Cut(pattern, shopLabel)
	if !any {
		return strings.EqualFold(pattern, host)
	}
	host = strings.ToLower(host)
	if !strings.HasPrefix(host, before) || !strings.HasSuffix(host, after) || len(host) <= len(before)+len(after) {
		return false
	}
	return !strings.Contains(host[len(before):len(host)-len(after)], ".")
}

func portOf(u *url.URL) string {
	if u.Port() == "" && u.Scheme == "http" {
		return "80"
	}
	return cmp.Or(u.Port(), "443")
}

// refusePrivate sees the address that a connection is really made to.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if !Public(at.Addr()) {
		return ErrPrivateAddress
	}
	return nil
}

// reserved are networks that are no place on the public internet and that netip
// does not name: carrier-grade NAT, protocol assignments, benchmarks, examples, the
// reserved class, and the IPv6 forms that carry an IPv4 address inside.
var reserved = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10", "::/96")

func prefixes(list ...string) []netip.Prefix {
	parsed := make([]netip.Prefix, len(list))
	for i, s := range list {
		parsed[i] = netip.MustParsePrefix(s)
	}
	return parsed
}

// Public reports whether an address is on the public internet.
func Public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, network := range reserved {
		if network.Contains(a) {
			return false
		}
	}
	return true
}

// checkRedirect follows few redirects, and none that leaves https.
func checkRedirect(next *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirects {
		return errors.New("too many redirects")
	}
	if via[0].URL.Scheme == "https" && next.URL.Scheme != "https" {
		return errors.New("a redirect leaves https")
	}
	return nil
}

// bounded names the caller and bounds what an answer may hold. Plain http is for
// base URLs of the configuration only.
type bounded struct {
	next    http.RoundTripper
	maxBody int64
	allowed []*url.URL
}

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" && !allows(b.allowed, net.JoinHostPort(r.URL.Hostname(), portOf(r.URL))) {
		return nil, errors.New("data sources are reached over https only")
	}
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", userAgent)
	resp, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if resp.ContentLength > b.maxBody {
		resp.Body.Close()
		return nil, ErrTooLarge
	}
	resp.Body = &boundedBody{resp.Body, b.maxBody}
	return resp, nil
}

type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n, ErrTooLarge
	}
	return n, err
}
