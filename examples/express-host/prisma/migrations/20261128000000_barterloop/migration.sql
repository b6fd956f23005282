-- Ids are compared by their bytes ("C"), as the engine compares them, whatever the language of the database.

-- CreateTable
CREATE TABLE "barter_items" (
    "id" TEXT COLLATE "C" NOT NULL,
    "owner_id" TEXT NOT NULL,
    "body" JSON NOT NULL,

    CONSTRAINT "barter_items_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "barter_slots" (
    "item_id" TEXT COLLATE "C" NOT NULL,
    "held_by" TEXT,

    CONSTRAINT "barter_slots_pkey" PRIMARY KEY ("item_id")
);

-- CreateTable
CREATE TABLE "barter_opportunities" (
    "id" TEXT COLLATE "C" NOT NULL,
    "cycle_digest" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "stamp" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "items" TEXT[],
    "user_ids" TEXT[],
    "created_at" BIGINT NOT NULL,
    "expires_at" BIGINT NOT NULL,
    "due_at" BIGINT,
    "locked_until" BIGINT,
    "body" JSON NOT NULL,

    CONSTRAINT "barter_opportunities_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "barter_refusals" (
    "digest" TEXT NOT NULL,

    CONSTRAINT "barter_refusals_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "barter_notifications" (
    "id" TEXT COLLATE "C" NOT NULL,
    "user_id" TEXT COLLATE "C" NOT NULL,
    "opportunity_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "timestamp" BIGINT NOT NULL,
    "position" BIGINT NOT NULL,
    "deliver_at" BIGINT,
    "delivered_at" BIGINT,
    "attempts" INTEGER NOT NULL,
    "held_by" TEXT,
    "read_at" BIGINT,
    "told_at" BIGINT,
    "body" JSON NOT NULL,

    CONSTRAINT "barter_notifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "barter_claims" (
    "key" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "until" BIGINT NOT NULL,

    CONSTRAINT "barter_claims_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "barter_counters" (
    "key" TEXT NOT NULL,
    "stamp" INTEGER NOT NULL,
    "last_at" BIGINT NOT NULL,
    "places" JSON NOT NULL,

    CONSTRAINT "barter_counters_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "barter_preferences" (
    "user_id" TEXT COLLATE "C" NOT NULL,
    "body" JSON NOT NULL,

    CONSTRAINT "barter_preferences_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "barter_sequences" (
    "name" TEXT NOT NULL,
    "last" BIGINT NOT NULL,

    CONSTRAINT "barter_sequences_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "barter_items_owner_id_idx" ON "barter_items"("owner_id");

-- CreateIndex
CREATE INDEX "barter_slots_held_by_idx" ON "barter_slots"("held_by");

-- CreateIndex
CREATE INDEX "barter_opportunities_state_id_idx" ON "barter_opportunities"("state", "id");

-- CreateIndex
CREATE INDEX "barter_opportunities_due_at_idx" ON "barter_opportunities"("due_at");

-- CreateIndex
CREATE INDEX "barter_opportunities_locked_until_idx" ON "barter_opportunities"("locked_until");

-- CreateIndex
CREATE INDEX "barter_opportunities_items_idx" ON "barter_opportunities" USING GIN ("items");

-- CreateIndex
CREATE INDEX "barter_opportunities_user_ids_idx" ON "barter_opportunities" USING GIN ("user_ids");

-- CreateIndex
CREATE INDEX "barter_opportunities_cycle_digest_attempt_idx" ON "barter_opportunities"("cycle_digest", "attempt");

-- CreateIndex
CREATE INDEX "barter_notifications_user_id_timestamp_idx" ON "barter_notifications"("user_id", "timestamp");

-- CreateIndex
CREATE INDEX "barter_notifications_user_id_position_idx" ON "barter_notifications"("user_id", "position");

-- CreateIndex
CREATE INDEX "barter_notifications_delivered_at_deliver_at_idx" ON "barter_notifications"("delivered_at", "deliver_at");

-- CreateIndex
CREATE UNIQUE INDEX "barter_notifications_opportunity_id_user_id_key" ON "barter_notifications"("opportunity_id", "user_id");

-- CreateIndex
CREATE INDEX "barter_claims_until_idx" ON "barter_claims"("until");

-- CreateIndex
CREATE INDEX "barter_counters_last_at_idx" ON "barter_counters"("last_at");
