package main

import (
	"context"
	"log"

	"github.com/featurebase-community/featurebase-go"
)

func main() {
	client, err := featurebase.NewClientFromEnv() // FEATUREBASE_API_KEY
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Contacts.Delete(context.Background(), "507f1f77bcf86cd799439011"); err != nil {
		log.Fatal(err)
	}
	log.Println("The contact is deleted.")
}
