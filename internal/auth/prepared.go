package auth

import (
	"bytes"
	"context"
	"encoding/base32"
	"image/png"
	"strings"

	"github.com/pquerna/otp/totp"

	"clientportal/internal/fault"
)

// preparedFactor is a second factor that is not on yet, with its QR code as PNG.
type preparedFactor struct {
	SecondFactor
	picture []byte
}

// preparedFactor is what PrepareSecondFactor made last for the person who is
// signed in. Until it is confirmed they may look at it again: a mistyped code
// must not cost a new scan.
func (s *Service) preparedFactor(ctx context.Context) (p preparedFactor, err error) {
	who, r, err := signedInBrowser(ctx)
	if err != nil {
		return p, err
	}
	a, err := s.own(ctx, r, who)
	switch {
	case err != nil:
		return p, err
	case a.twoFactor, a.sealedSecret == "":
		return p, fault.New(fault.Conflict, "There is no second factor to confirm.")
	}
	text, err := s.secrets.Open(a.sealedSecret, a.id.String())
	if err != nil {
		return p, err
	}
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(string(text))
	if err != nil {
		return p, err
	}
	letter, err := s.letterhead(ctx)
	if err != nil {
		return p, err
	}
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: strings.ReplaceAll(letter.Agency, ":", ""), AccountName: a.email, Secret: secret,
	})
	if err != nil {
		return p, err
	}
	p.SecondFactor = SecondFactor{Secret: key.Secret(), URL: key.URL()}
	image, err := key.Image(416, 416) // twice the size that it is shown at
	if err != nil {
		return p, err
	}
	var picture bytes.Buffer
	err = png.Encode(&picture, image)
	p.picture = picture.Bytes()
	return p, err
}

// groups are the letters of the secret in fours, as one reads them out.
func (f SecondFactor) groups() string {
	var text strings.Builder
	for i, letter := range f.Secret {
		if i > 0 && i%4 == 0 {
			text.WriteByte(' ')
		}
		text.WriteRune(letter)
	}
	return text.String()
}
