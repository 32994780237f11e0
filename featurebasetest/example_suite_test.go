package featurebasetest_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/suite"

	"github.com/featurebase-community/featurebase-go"
	"github.com/featurebase-community/featurebase-go/featurebasetest"
)

// The tests of AccountSuite share a server, which each finds as new.
type AccountSuite struct {
	suite.Suite

	srv    *featurebasetest.Server
	client *featurebase.Client
}

func (s *AccountSuite) SetupSuite() {
	s.srv = featurebasetest.NewServer(s.T())
	s.client = s.srv.Client()
}

func (s *AccountSuite) TearDownTest() { s.srv.Reset() }

func (s *AccountSuite) TestClose() {
	contact := s.srv.AddContact(featurebase.Contact{UserID: "u1"})
	_, err := s.client.Contacts.Delete(context.Background(), contact.ID)
	s.Require().NoError(err)
	s.Empty(s.srv.Contacts())
}

func (s *AccountSuite) TestCloseDuringOutage() {
	contact := s.srv.AddContact(featurebase.Contact{UserID: "u1"})
	s.srv.FailNext(featurebasetest.Fault{Status: http.StatusServiceUnavailable, Lasts: true})
	_, err := s.client.Contacts.Delete(context.Background(), contact.ID)
	s.Require().ErrorIs(err, featurebase.ErrServer)
	s.Len(s.srv.Contacts(), 1)
}

func ExampleServer_Reset() {
	var t *testing.T // of go test

	suite.Run(t, new(AccountSuite))
}
