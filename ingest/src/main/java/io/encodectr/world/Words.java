package io.encodectr.world;

import java.util.List;

/** The words of the shop: departments with their kinds of products, styles, colors and shades. */
final class Words {
  /** Departments, each with its kinds of products: category name → noun of a product name. */
  private static final String[][] DEPARTMENTS = {
    {
      "Outdoor",
      "Tents",
      "Backpacks",
      "Stoves",
      "Lanterns",
      "Hammocks",
      "Compasses",
      "Coolers",
      "Canteens"
    },
    {"Kitchen", "Kettles", "Skillets", "Teapots", "Knives", "Mixers", "Mugs", "Bowls", "Toasters"},
    {
      "Clothing",
      "Jackets",
      "Sweaters",
      "Scarves",
      "Shirts",
      "Trousers",
      "Dresses",
      "Gloves",
      "Coats"
    },
    {"Shoes", "Boots", "Sneakers", "Sandals", "Loafers", "Slippers", "Clogs", "Heels", "Moccasins"},
    {"Home", "Lamps", "Rugs", "Curtains", "Vases", "Mirrors", "Clocks", "Candles", "Cushions"},
    {
      "Furniture",
      "Armchairs",
      "Desks",
      "Bookcases",
      "Stools",
      "Sofas",
      "Beds",
      "Dressers",
      "Benches"
    },
    {
      "Electronics",
      "Headphones",
      "Speakers",
      "Cameras",
      "Keyboards",
      "Monitors",
      "Tablets",
      "Radios",
      "Chargers"
    },
    {
      "Books",
      "Novels",
      "Atlases",
      "Cookbooks",
      "Memoirs",
      "Almanacs",
      "Comics",
      "Journals",
      "Guidebooks"
    },
    {
      "Music",
      "Guitars",
      "Drums",
      "Flutes",
      "Violins",
      "Keyboards and Pianos",
      "Ukuleles",
      "Records",
      "Harmonicas"
    },
    {
      "Sports",
      "Rackets",
      "Bicycles",
      "Skis",
      "Helmets",
      "Kayaks",
      "Dumbbells",
      "Surfboards",
      "Yoga Mats"
    },
    {
      "Garden",
      "Planters",
      "Trowels",
      "Wheelbarrows",
      "Sprinklers",
      "Trellises",
      "Bird Feeders",
      "Gnomes",
      "Shears"
    },
    {
      "Toys",
      "Puzzles",
      "Kites",
      "Board Games",
      "Dolls",
      "Model Trains",
      "Blocks",
      "Puppets",
      "Scooters"
    },
    {
      "Beauty",
      "Soaps",
      "Perfumes",
      "Brushes",
      "Lotions",
      "Lipsticks",
      "Shampoos",
      "Combs",
      "Bath Salts"
    },
    {"Tools", "Hammers", "Drills", "Saws", "Wrenches", "Toolboxes", "Ladders", "Clamps", "Levels"},
    {
      "Pets",
      "Leashes",
      "Cat Trees",
      "Aquariums",
      "Dog Beds",
      "Bird Cages",
      "Collars",
      "Scratching Posts",
      "Pet Bowls"
    },
    {
      "Stationery",
      "Fountain Pens",
      "Notebooks",
      "Pencil Cases",
      "Calendars",
      "Stamps",
      "Envelopes",
      "Staplers",
      "Easels"
    },
  };

  private static final int PER_DEPARTMENT = 8;

  /** Categories that have a name of their own; further ones are numbered series of them. */
  static final int NAMED_CATEGORIES = DEPARTMENTS.length * PER_DEPARTMENT;

  /** The most categories a world may have. */
  static final int MAX_CATEGORIES = NAMED_CATEGORIES * 32;

  private static final List<String> STYLES =
      List.of(
          "Trail",
          "Harbor",
          "Nordic",
          "Retro",
          "Bauhaus",
          "Safari",
          "Orchid",
          "Cosmos",
          "Prairie",
          "Velvet",
          "Samurai",
          "Pixel",
          "Monsoon",
          "Gothic",
          "Tropic",
          "Alpine",
          "Bistro",
          "Canyon",
          "Deco",
          "Ember",
          "Fjord",
          "Garnet",
          "Heritage",
          "Indigo",
          "Jungle",
          "Karma",
          "Lagoon",
          "Metro",
          "Nomad",
          "Oasis",
          "Panda",
          "Quartz",
          "Rodeo",
          "Sakura",
          "Tundra",
          "Urban",
          "Viking",
          "Willow",
          "Zen",
          "Atlas",
          "Baroque",
          "Carnival",
          "Dakota",
          "Empire",
          "Fiesta",
          "Galaxy",
          "Hunter",
          "Inca",
          "Jubilee",
          "Kyoto",
          "Lunar",
          "Mystic",
          "Neon",
          "Opera",
          "Pharaoh",
          "Quest",
          "Regatta",
          "Savanna",
          "Tartan",
          "Utopia",
          "Voyage",
          "Wizard",
          "Yukon",
          "Zephyr");

  /** The most styles a world may have. */
  static final int MAX_STYLES = STYLES.size();

  private static final List<String> COLORS =
      List.of(
          "Crimson", "Azure", "Amber", "Ivory", "Jade", "Scarlet", "Cobalt", "Olive", "Coral",
          "Slate", "Golden", "Silver", "Violet", "Teal", "Rust", "Pearl", "Ebony", "Copper", "Mint",
          "Plum", "Sand", "Ruby", "Sage", "Bronze", "Lilac", "Onyx", "Peach", "Navy", "Saffron",
          "Smoke", "Honey", "Cherry");

  private static final List<String> SHADES =
      List.of("", "Pale ", "Deep ", "Bright ", "Dusty ", "Matte ", "Royal ", "Wild ");

  private static final List<String> BRAND_HEADS =
      List.of(
          "Nor", "Vel", "Kas", "Bren", "Tor", "Lum", "Fen", "Ald", "Mir", "Sol", "Hal", "Quin",
          "Dar", "Ost", "Pel", "Rav");

  private static final List<String> BRAND_TAILS =
      List.of("vik", "ora", "tine", "wood", "mark", "ello", "stad", "ium");

  private Words() {}

  /** Name of a brand, such as "Norvik"; distinct for the first 128. */
  static String brand(int brand) {
    int head = brand % BRAND_HEADS.size();
    int tail = (brand / BRAND_HEADS.size() + head) % BRAND_TAILS.size();
    return BRAND_HEADS.get(head) + BRAND_TAILS.get(tail);
  }

  /** Name of a category: department and kind of product, such as "Outdoor/Tents". */
  static String category(int category) {
    int named = category % NAMED_CATEGORIES;
    int series = category / NAMED_CATEGORIES;
    String[] department = DEPARTMENTS[department(category)];
    String kind = department[1 + named / DEPARTMENTS.length];
    return department[0] + "/" + kind + (series == 0 ? "" : " " + (series + 1));
  }

  /** The department a category belongs to. */
  static int department(int category) {
    return category % NAMED_CATEGORIES % DEPARTMENTS.length;
  }

  /** Number of departments that so many categories have. */
  static int departments(int categories) {
    return Math.min(categories, DEPARTMENTS.length);
  }

  /** Name of a style, such as "Trail". */
  static String style(int style) {
    return STYLES.get(style);
  }

  /** Name of an item, such as "Crimson Trail Tent"; not yet distinct from all others. */
  static String item(RandomStream random, int style, int category) {
    String kind =
        DEPARTMENTS[department(category)][1 + category % NAMED_CATEGORIES / DEPARTMENTS.length];
    String shade = random.chance(0.4) ? SHADES.get(random.below(SHADES.size())) : "";
    return shade + COLORS.get(random.below(COLORS.size())) + " " + style(style) + " " + one(kind);
  }

  /** The singular of a kind of product. */
  private static String one(String kind) {
    if (kind.equals("Keyboards and Pianos")) {
      return "Piano";
    }
    for (String same : List.of("Headphones", "Trousers", "Shears", "Skis")) {
      if (kind.equals(same)) {
        return kind;
      }
    }
    if (kind.equals("Knives") || kind.equals("Scarves")) {
      return kind.equals("Knives") ? "Knife" : "Scarf";
    }
    for (String ending : List.of("sses", "shes", "ches", "xes")) {
      if (kind.endsWith(ending)) {
        return kind.substring(0, kind.length() - 2);
      }
    }
    return kind.endsWith("s") ? kind.substring(0, kind.length() - 1) : kind;
  }
}
