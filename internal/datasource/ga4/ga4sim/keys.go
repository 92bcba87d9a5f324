package ga4sim

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	mathrand "math/rand/v2"
	"sync"
)

type keys struct{ private *rsa.PrivateKey }

// made keeps the keys that were made, since making one takes a while.
var made sync.Map

func keysOf(seed uint64) keys {
	key, _ := made.LoadOrStore(seed, sync.OnceValue(func() keys { return makeKeys(seed) }))
	return key.(func() keys)()
}

// makeKeys makes the service account's key out of the seed, so that a key file that the
// demo has stored is still good after a restart. It guards simulated numbers only.
func makeKeys(seed uint64) keys {
	dice := mathrand.New(mathrand.NewPCG(seed, 0x5eed))
	for {
		p, q := prime(dice), prime(dice)
		one := big.NewInt(1)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(big.NewInt(65537), phi)
		if d == nil || p.Cmp(q) == 0 {
			continue
		}
		k := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537}, D: d, Primes: []*big.Int{p, q}}
		k.Precompute()
		if k.Validate() == nil {
			return keys{k}
		}
	}
}

// prime is a prime of 1024 bits, the two highest of which are set.
func prime(dice *mathrand.Rand) *big.Int {
	b := make([]byte, 128)
	for {
		for i := range b {
			b[i] = byte(dice.Uint32())
		}
		b[0] |= 0xc0
		b[len(b)-1] |= 1
		if n := new(big.Int).SetBytes(b); n.ProbablyPrime(20) {
			return n
		}
	}
}

// ServiceAccountJSON is the key file of the simulated service account, as Google Cloud
// gives it.
func (s *Sim) ServiceAccountJSON() string {
	der, err := x509.MarshalPKCS8PrivateKey(keysOf(s.world.Seed).private)
	if err != nil {
		panic(err)
	}
	file, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "simulated-project", "private_key_id": keyID,
		"private_key":  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"client_email": account, "client_id": "100000000000000000001",
		"auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": "https://oauth2.googleapis.com/token",
	})
	if err != nil {
		panic(err)
	}
	return string(file)
}
