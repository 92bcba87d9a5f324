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
}

// send gives a notice the agency's letterhead and sends it.
func (s *Service) send(ctx context.Context, n *notice) error {
	letter, err := s.letterhead(ctx)
	if err != nil {
		return err
	}
	letter.Preview, letter.Title, letter.Paragraphs = n.paragraphs[0], n.title, n.paragraphs
	letter.Button, letter.Note, letter.Reason = n.button, n.note, n.reason
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

func passwordChanged(a account, forgot string) *notice {
	return &notice{
		toName: a.name(), toEmail: a.email,
		title:      "Your password was changed",
		paragraphs: []string{"The password of your account has just been changed, and your other sessions were ended."},
		button:     mail.Button{Label: "It was not me", Href: forgot},
		note:       "If it was you, there is nothing to do.",
		reason:     "You get this because it concerns the safety of your account.",
	}
}

func invitation(i Invited, link string) *notice {
	return &notice{
		toEmail:    i.Email,
		title:      i.InvitedBy + " invites you to the portal of " + i.Company,
		paragraphs: []string{"In the portal you see what is being done for " + i.Company + ", raise tickets and read the answers."},
		button:     mail.Button{Label: "Accept the invitation", Href: link},
		note:       "The link works for 14 days, and for this address only.",
		reason:     "You get this because " + i.InvitedBy + " invited this address.",
	}
}
