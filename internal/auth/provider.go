package auth

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"clientportal/internal/fault"
)

// Provider is a system elsewhere that people may sign in with, by OpenID Connect.
// Microsoft's issuer must be that of one tenant.
type Provider struct {
	Name         string // in addresses: "google", "microsoft"
	Label        string // on the button: "Google"
	Issuer       string
	ClientID     string
	ClientSecret string
}

// Providers are those that people may sign in with.
func (s *Service) Providers() []Provider {
	list := make([]Provider, len(s.providers))
	for i, p := range s.providers {
		list[i] = p.Provider
	}
	return list
}

func (s *Service) providerNamed(name string) (*provider, error) {
	for _, p := range s.providers {
		if p.Name == name {
			return p, nil
		}
	}
	return nil, fault.Missing("way to sign in")
}

// provider is a Provider with what it says about itself, which is asked for when
// it is first needed: the portal must start while it is away.
type provider struct {
	Provider
	mu    sync.Mutex
	found *oidc.Provider
}

// providerClient bounds what a provider may make us wait.
var providerClient = &http.Client{Timeout: 10 * time.Second}

func withClient(ctx context.Context) context.Context { return oidc.ClientContext(ctx, providerClient) }

func (p *provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	found, err := oidc.NewProvider(withClient(context.WithoutCancel(ctx)), p.Issuer)
	if err != nil {
		return nil, p.away(err)
	}
	p.found = found
	return found, nil
}

func (p *provider) away(err error) error {
	return &fault.Error{
		Code: fault.Unavailable, Message: p.Label + " does not answer at the moment. Sign in with your password, or try again later.",
		RetryAfter: time.Minute, Cause: fmt.Errorf("sign in with %s: %w", p.Name, err),
	}
}

func (p *provider) client(found *oidc.Provider, callback string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: found.Endpoint(), RedirectURL: callback,
		Scopes: []string{oidc.ScopeOpenID, oidc.ScopeEmail, "profile"},
	}
}

// identity is who a provider says somebody is.
type identity struct {
	provider  string
	subject   string
	email     string
	verified  bool // the provider vouches that the address is theirs
	firstName string
	lastName  string
}

// errProvider says that a provider's answer proves nothing.
var errProvider = fault.New(fault.Unauthenticated, "The sign-in was not completed. Try again.")

// identify exchanges a provider's code for who has signed in there.
func (p *provider) identify(ctx context.Context, t trip, callback, code string) (identity, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return identity{}, err
	}
	ctx = withClient(ctx)
	token, err := p.client(found, callback).Exchange(ctx, code, oauth2.VerifierOption(t.Verifier))
	if err != nil {
		return identity{}, refused(err)
	}
	raw, _ := token.Extra("id_token").(string)
	verified, err := found.Verifier(&oidc.Config{ClientID: p.ClientID}).Verify(ctx, raw)
	if err != nil {
		return identity{}, refused(err)
	}
	if subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(t.Nonce)) == 0 {
		return identity{}, refused(fmt.Errorf("the nonce of the token is not ours"))
	}
	var claims struct {
		Email         string `json:"email"`
		EmailVerified any    `json:"email_verified"`
		DomainOwner   any    `json:"xms_edov"` // Microsoft: the tenant has proved to own the address's domain
		GivenName     string `json:"given_name"`
		FamilyName    string `json:"family_name"`
	}
	if err := verified.Claims(&claims); err != nil {
		return identity{}, refused(err)
	}
	return identity{
		provider: p.Name, subject: verified.Subject, email: claims.Email,
		verified:  affirmed(claims.EmailVerified) || p.Name == "microsoft" && affirmed(claims.DomainOwner),
		firstName: claims.GivenName, lastName: claims.FamilyName,
	}, nil
}

// affirmed reads a claim that providers write as true, "true", 1 or "1".
func affirmed(claim any) bool {
	switch fmt.Sprint(claim) {
	case "true", "1":
		return true
	}
	return false
}

// refused is errProvider with its cause, for the log.
func refused(cause error) error {
	f := *errProvider
	f.Cause = cause
	return &f
}
