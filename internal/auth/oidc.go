package auth

// Provider is a system elsewhere that people may sign in with.
type Provider struct {
	Name         string // in addresses: "google", "microsoft"
	Label        string // on the button
	Issuer       string
	ClientID     string
	ClientSecret string
}

type provider struct{ Provider }
