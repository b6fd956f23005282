-- CreateTable
CREATE TABLE "barter_events" (
    "id" BIGSERIAL NOT NULL,
    "transaction" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,
    "item_id" TEXT COLLATE "C" NOT NULL,
    "user_id" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "barter_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "barter_cursors" (
    "name" TEXT NOT NULL,
    "transaction" BIGINT NOT NULL,
    "id" BIGINT NOT NULL,

    CONSTRAINT "barter_cursors_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "barter_events_transaction_id_idx" ON "barter_events"("transaction", "id");
