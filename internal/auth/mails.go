package auth

import (
	"context"
	"net/url"

	"clientportal/internal/mail"
)

// notice is a mail before it gets the agency's letterhead.
type notice struct {
	toName     string
	toEmail    string
	title      string // also the subject
	paragraphs []string
	button     mail.Button
	note       string
	reason     string
	kind       mail.Kind         // whose words the agency may set; "" for none
	values     map[string]string // of its placeholders
}

// send gives a notice the agency's letterhead and sends it.
func (s *Service) send(ctx context.Context, n *notice) error {
	letter, err := s.letterhead(ctx)
	if err != nil {
		return err
	}
	letter.Title, letter.Paragraphs = n.title, n.paragraphs
	letter.Button, letter.Note, letter.Reason = n.button, n.note, n.reason
	if n.kind != "" {
		letter.Say(n.kind, n.values)
	}
	letter.Preview = letter.Opening()
	return s.mail.Send(ctx, mail.Message{
		ToName: n.toName, ToEmail: n.toEmail, Subject: n.title,
		Text: letter.Text(), HTML: mail.Layout(letter),
	})
}

// link is the address of a page, with a token as its one parameter.
func (s *Service) link(path, parameter, token string) string {
	return s.baseURL + path + "?" + parameter + "=" + url.QueryEscape(token)
}

func verification(p pending, link string) *notice {
	return &notice{
		toName: fullName(p.firstName, p.lastName, p.email), toEmail: p.email,
		title:      "Confirm your address",
		paragraphs: []string{"Somebody, most likely you, asked for an account in the portal with this address and chose a password for it. Confirm the address to open the account."},
		button:     mail.Button{Label: "Confirm my address", Href: link},
		note:       "The link works once, within 48 hours, and only the newest one counts. If it was not you, do not confirm: without that there is no account.",
		reason:     "You get this because somebody registered with your address.",
	}
}

func alreadyRegistered(a account, login, forgot string) *notice {
	return &notice{
		toName: a.name(), toEmail: a.email,
		title: "You already have an account",
		paragraphs: []string{
			"Somebody, most likely you, tried to register with this address. It has an account already, and nothing about it was changed.",
			"If you have forgotten your password, choose a new one: " + forgot,
		},
		button: mail.Button{Label: "Sign in", Href: login},
		note:   "If you have been invited to a further company, sign in first, then open the link of the invitation again.",
		reason: "You get this because somebody registered with your address.",
	}
}

func resetLink(a account, link string) *notice {
	return &notice{
		toName: a.name(), toEmail: a.email,
		title:      "Choose a new password",
		paragraphs: []string{"Somebody, most likely you, asked for a new password for your account."},
		button:     mail.Button{Label: "Choose a new password", Href: link},
		note:       "The link works once, within an hour. If it was not you, there is nothing to do: your password stays as it is.",
		reason:     "You get this because a new password was asked for.",
	}
}

func welcome(a account, link string) *notice {
	return &notice{
		toName: a.name(), toEmail: a.email,
		title:      "Your account for the portal",
		paragraphs: []string{"You have been added to the agency's portal. Choose a password to open your account."},
		button:     mail.Button{Label: "Choose a password", Href: link},
		note:       "The link works once, within three days. After that, ask for a new one with “Forgotten?” on the sign-in page.",
		reason:     "You get this because a colleague added you to the portal.",
	}
}

func passwordChanged(a account, job passwordChangedJob, forgot string) *notice {
	title, text := "Your password was changed", "The password of your account has just been changed, and your other sessions were ended. If you have access tokens, they go on working."
	switch {
	case job.First:
		title, text = "Your password was set", "The password of your account has just been set."
	case job.Reset:
		text = "The password of your account has just been changed, and you were signed out everywhere."
	}
	if job.TokensRevoked > 0 {
		text += " Your access tokens were revoked."
	}
	return &notice{
		toName: a.name(), toEmail: a.email,
		title:      title,
		paragraphs: []string{text},
		button:     mail.Button{Label: "It was not me", Href: forgot},
		note:       "If it was you, there is nothing to do.",
		reason:     "You get this because it concerns the safety of your account.",
	}
}

func factorReset(a account, by, security string) *notice {
	return &notice{
		toName: a.name(), toEmail: a.email,
		title:      "Your second factor was reset",
		paragraphs: []string{by + " has reset the second factor of your account, and you were signed out everywhere. Your password alone lets you in until you set a new one up."},
		button:     mail.Button{Label: "Set it up again", Href: security},
		note:       "If you did not ask for this, tell the agency at once, and choose a new password.",
		reason:     "You get this because it concerns the safety of your account.",
	}
}

func newAddress(a account, email, link string) *notice {
	return &notice{
		toName: a.name(), toEmail: email,
		title:      "Confirm your new address",
		paragraphs: []string{"You asked for this address to be that of your account in the portal. Confirm it, and you sign in with it, and mails go there."},
		button:     mail.Button{Label: "Confirm the new address", Href: link},
		note:       "The link works once, within a day. If it was not you, do not confirm: without that nothing changes.",
		reason:     "You get this because an account's address is to become yours.",
	}
}

func addressTaken(email, login string) *notice {
	return &notice{
		toEmail:    email,
		title:      "This address has an account already",
		paragraphs: []string{"Somebody, most likely you, wanted this address for another account in the portal. It has an account of its own already, and nothing about either was changed."},
		button:     mail.Button{Label: "Sign in", Href: login},
		reason:     "You get this because an account's address was to become yours.",
	}
}

func addressAsked(a account, email, password string) *notice {
	return &notice{
		toName: a.name(), toEmail: a.email,
		title:      "Your address is to change",
		paragraphs: []string{"Somebody who knows your password, most likely you, asked for " + email + " to be the address of your account. It changes once a link that was sent there is used."},
		button:     mail.Button{Label: "It was not me", Href: password},
		note:       "If it was you, there is nothing to do. If not, choose a new password now: the link then works no more.",
		reason:     "You get this because it concerns the safety of your account.",
	}
}

func addressChanged(a account, before string) *notice {
	return &notice{
		toName: a.name(), toEmail: before,
		title:      "Your address was changed",
		paragraphs: []string{"The address of your account is " + a.email + " now: you sign in with it, and mails go there. Your other sessions were ended."},
		note:       "If it was not you, tell the agency at once.",
		reason:     "You get this because it concerns the safety of your account.",
	}
}

func invitation(i Invited, link string) *notice {
	return &notice{
		toEmail: i.Email,
		title:   i.InvitedBy + " invites you to the portal of " + i.Company,
		button:  mail.Button{Label: "Accept the invitation", Href: link},
		note:    "The link works for 14 days, and for this address only.",
		reason:  "You get this because " + i.InvitedBy + " invited this address.",
		kind:    mail.Invitation, values: map[string]string{"company": i.Company, "inviter": i.InvitedBy},
	}
}
