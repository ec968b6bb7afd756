//! Behaviour through the doors that users have (pages, JSON, command line), on both databases.

mod bodies;
mod planted;
mod proxy;
mod sockets;
mod world;

mod accounts;
mod action_items;
mod at_once;
mod attention;
mod backups;
mod budget;
mod clients;
mod command_line;
mod contacts;
mod course;
mod dashboard;
mod drafts;
mod errors;
mod graph;
mod history;
mod import;
mod keeping;
mod links;
mod lists;
mod log;
mod meetings;
mod merging;
mod migrations;
mod near_names;
mod past;
mod people;
mod permissions;
mod records;
mod roundtable;
mod saving;
mod search;
mod secrecy;
mod serving;
mod settings;
mod since;

mod signing_in;
mod tidy;
mod timeline;
mod undo;
