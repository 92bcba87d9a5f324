package mail

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// SMTP sends mails through a mail server.
type SMTP struct {
	client *gomail.Client
	from   From
}

// NewSMTP makes a sender of an address: smtps://user:secret@host:465 is encrypted
// from the start, smtp://…:587 by STARTTLS where the server offers it; with
// credentials it must.
func NewSMTP(address string, from From) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("mail server: not an address")
	}
	options := []gomail.Option{gomail.WithTimeout(20 * time.Second)}
	password, secret := u.User.Password()
	switch {
	case u.Scheme == "smtps":
		options = append(options, gomail.WithSSLPort(false))
	case secret:
		options = append(options, gomail.WithTLSPortPolicy(gomail.TLSMandatory))
	default:
		options = append(options, gomail.WithTLSPortPolicy(gomail.TLSOpportunistic))
	}
	if port := u.Port(); port != "" {
		n, err := strconv.Atoi(port)
		if err != nil {
			return nil, fmt.Errorf("mail server: port %q", port)
		}
		options = append(options, gomail.WithPort(n))
	}
	if secret {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return &SMTP{client, from}, nil
}

// Send hands the mail to the server.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, err := compose(s.from, m)
	if err != nil {
		return err
	}
	return s.client.DialAndSendWithContext(ctx, msg)
}
