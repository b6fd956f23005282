-- CreateTable
CREATE TABLE "host_users" (
    "id" TEXT NOT NULL,
    "is_active" BOOLEAN NOT NULL,
    "contact" TEXT,
    "removed_at" BIGINT,

    CONSTRAINT "host_users_pkey" PRIMARY KEY ("id")
);
